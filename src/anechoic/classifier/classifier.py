"""A trained classifier, ready to use: `Classifier.load("models/classifier").predict(["too expensive"])`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import polars as pl
import torch
from pydantic import ValidationError
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from anechoic.classifier.card import BEFORE_REFIT, Card
from anechoic.classifier.temperature import probabilities
from anechoic.classifier.texts import texts_of
from anechoic.classifier.transformer import load_model, load_tokenizer, logits, tokenize
from anechoic.numeric.arrays import Floats
from anechoic.project import model_store
from anechoic.project.errors import ContractError
from anechoic.text.empty_messages import nothing_to_read
from anechoic.text.repair import canonicalize

if TYPE_CHECKING:
    from anechoic.classifier.texts import Texts

ANSWERS = {
    "predicted_id": pl.Int64,
    "predicted": pl.String,
    "confidence": pl.Float64,
    "abstained": pl.Boolean,
    "unsure_because": pl.String,
}
NOTHING_TO_READ, LOW_CONFIDENCE = "nothing to read", "low confidence"  # of unsure_because


@dataclass(frozen=True)
class Classifier:
    """Weights, tokenizer and card of a folder that the stage train wrote."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    card: Card
    folder: str

    @classmethod
    def load(cls, folder: str) -> Self:
        """The classifier of a folder that the stage train wrote, on the GPU where there is one.

        Raises ContractError where the folder is none of ours or of an older version, DataError where its files are
        damaged.
        """
        try:
            card = Card.model_validate_json(model_store.read_card(model_store.read_model(folder)))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise ContractError(
                f"{folder}/anechoic.json is not what this version writes ({faults}). Run `dvc repro` to train anew."
            ) from None
        tokenizer = load_tokenizer(folder)
        model = load_model(folder, tokenizer).train(mode=False)
        return cls(model.to("cuda") if torch.cuda.is_available() else model, tokenizer, card, folder)

    def before_refit(self) -> Self:
        """The model as it was before the refit: learned from train alone; this one where nothing was refitted."""
        earlier = f"{self.folder}/{BEFORE_REFIT}"
        return type(self).load(earlier) if model_store.has_folder(earlier) else self

    def probabilities(self, texts: list[str]) -> Floats:
        """Calibrated probabilities (texts, classes) of canonical texts, classes in the order of the card."""
        scores = logits(self.model, self.tokenizer, texts, self.card.max_tokens, "classifying")
        return probabilities(scores, self.card.temperature)

    def predict(self, texts: "Texts", *, text: str = "text") -> pl.DataFrame:
        """Class and confidence of each text as it came; it is tidied as training rows are.

        texts: a list of strings, a polars or pandas Series, or such a frame, whose column `text` is read. Returns
        one line a text in their order: predicted_id, predicted (the name), confidence (0..1), abstained, and
        unsure_because: empty where the answer may be used without a look, `low confidence` below what the card
        asks, `nothing to read: ...` for a text that says nothing, which gets no class (null) and confidence 0. That
        a text is unlike every training row is not seen here: it takes the rows' vectors, which lie in the project,
        so `anechoic predict` and data/inbox/ flag it. A missing text or column raises DataError.
        """
        given = texts_of(texts, text)
        canonical = [canonicalize(each) for each in given]
        unread = [nothing_to_read(*each) for each in zip(given, canonical, strict=True)]
        read = [row for row, why in enumerate(unread) if not why]
        answers = pl.DataFrame({"unsure_because": [f"{NOTHING_TO_READ}: {why}" if why else "" for why in unread]})
        told = self._told([canonical[row] for row in read]).with_columns(row=pl.Series(read, dtype=pl.UInt32))
        answers = answers.with_row_index("row").join(told, on="row", how="left", maintain_order="left")
        # 1 means that no threshold does: then nothing is sure, not even what rounds to 1
        low = (pl.col("confidence") < self.card.abstain_below) | (self.card.abstain_below >= 1)
        answers = answers.with_columns(
            pl.col("confidence").fill_null(0.0),
            unsure_because=pl.when(low).then(pl.lit(LOW_CONFIDENCE)).otherwise("unsure_because"),
        )
        return answers.with_columns(abstained=pl.col("unsure_because") != "").select(
            pl.col(name).cast(kind) for name, kind in ANSWERS.items()
        )

    def _told(self, canonical: list[str]) -> pl.DataFrame:
        """predicted_id, predicted and confidence of canonical texts that can be read."""
        spread = self.probabilities(canonical)  # (texts, classes)
        best = [self.card.labels[label] for label in spread.argmax(1)]
        return pl.DataFrame(
            {
                "predicted_id": pl.Series([label.label_id for label in best], dtype=pl.Int64),
                "predicted": pl.Series([label.name for label in best], dtype=pl.String),
                "confidence": pl.Series(spread.max(1, initial=0), dtype=pl.Float64),
            }
        )

    def truncated(self, texts: list[str]) -> int:
        """How many texts are longer than what the model sees."""
        return tokenize(self.tokenizer, self.model, [canonicalize(text) for text in texts], self.card.max_tokens)[1]
