import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from anechoic.embed.encoder import SentenceModel
from anechoic.embed.mean_bert import MeanBert, is_mean_bert
from anechoic.project import model_store

TEXTS = ["too dear", "Grüße aus Köln – teuer!", "a", "x " * 400, "", "the price was outrageous, 14,500 euros"]


def test_the_short_way_gives_the_vectors_of_sentence_transformers(demo):
    folder = model_store.model_folder("minilm")
    texts = [*TEXTS, *demo[0]["canonical"].sample(60, seed=3)]
    short, whole = MeanBert(folder), SentenceModel(folder)
    ids = short.token_ids(texts)
    assert ids == whole.token_ids(texts)
    assert short.dimension == whole.dimension
    for start in range(0, len(texts), 16):
        part = ids[start : start + 16]
        length = max(map(len, part))
        one, other = (model.pooled(part, length).detach().numpy() for model in (short, whole))
        assert np.allclose(one, other, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("config.json", {"model_type": "mpnet"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
    ],
)
def test_any_other_model_takes_the_way_of_sentence_transformers(tmp_path, name, change):
    folder = tmp_path / "model"
    shutil.copytree(model_store.model_folder("minilm"), folder, ignore=shutil.ignore_patterns("*.safetensors"))
    assert is_mean_bert(str(folder))
    config = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(config | change))
    assert not is_mean_bert(str(folder))
    (folder / "modules.json").unlink()
    assert not is_mean_bert(str(folder))


def test_encoding_with_the_embedded_model_loads_no_large_library():
    code = (
        "import sys; from anechoic.embed.embed import embed; v = embed(['too dear'], 'minilm');"
        "print(v.shape, [m for m in ('transformers', 'sentence_transformers', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=True)
    assert done.stdout.strip() == "(1, 384) []"
