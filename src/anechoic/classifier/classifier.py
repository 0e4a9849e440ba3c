"""A trained classifier, ready to use: `Classifier.load("models/classifier").predict(["too expensive"])`."""

from dataclasses import dataclass
from typing import Self

import polars as pl
import torch
from pydantic import ValidationError
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from anechoic.classifier.card import BEFORE_REFIT, Card
from anechoic.classifier.temperature import probabilities
from anechoic.classifier.transformer import load_model, load_tokenizer, logits, tokenize
from anechoic.numeric.arrays import Floats
from anechoic.project import model_store
from anechoic.project.errors import ContractError
from anechoic.text.repair import canonicalize


@dataclass(frozen=True)
class Classifier:
    """Weights, tokenizer and card of a folder that the stage train wrote."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    card: Card
    folder: str

    @classmethod
    def load(cls, folder: str) -> Self:
        """Raises ContractError where the folder is none of ours, DataError where its files are damaged."""
        try:
            card = Card.model_validate_json(model_store.read_card(model_store.read_model(folder)))
        except ValidationError as error:
            raise ContractError(f"{folder}/anechoic.json is not what this version writes: {error}.") from None
        tokenizer = load_tokenizer(folder)
        model = load_model(folder, tokenizer).train(False)
        return cls(model.to("cuda") if torch.cuda.is_available() else model, tokenizer, card, folder)

    def before_refit(self) -> Self:
        """The model that never saw a test row; this one where nothing was refitted."""
        earlier = f"{self.folder}/{BEFORE_REFIT}"
        return type(self).load(earlier) if model_store.has_folder(earlier) else self

    def probabilities(self, texts: list[str]) -> Floats:
        """Calibrated probabilities of shape (texts, classes), classes in the order of the card's labels."""
        scores = logits(self.model, self.tokenizer, texts, self.card.max_tokens, "classifying")
        return probabilities(scores, self.card.temperature)

    def predict(self, texts: list[str]) -> pl.DataFrame:
        """predicted_id, predicted, confidence, abstained for each text as it came (it is tidied first)."""
        spread = self.probabilities([canonicalize(text) for text in texts])
        best = spread.argmax(1)
        confidence = spread.max(1, initial=0)
        return pl.DataFrame(
            {
                "predicted_id": [self.card.labels[at].label_id for at in best],
                "predicted": [self.card.labels[at].name for at in best],
                "confidence": confidence,
                "abstained": confidence < self.card.abstain_below,
            },
            schema={
                "predicted_id": pl.Int64,
                "predicted": pl.String,
                "confidence": pl.Float64,
                "abstained": pl.Boolean,
            },
        )

    def truncated(self, texts: list[str]) -> int:
        """How many texts are longer than what the model sees."""
        return tokenize(self.tokenizer, self.model, [canonicalize(text) for text in texts], self.card.max_tokens)[1]
