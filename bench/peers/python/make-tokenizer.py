"""Makes a small tokenizer in Hugging Face's format, so that no tool has to download one.

    python3 make-tokenizer.py FOLDER WORD [WORD ...]

One token a word: any text made of the words is as many tokens as words, however it is cut at blanks.
"""

import json
import pathlib
import sys

from tokenizers import Tokenizer, models, pre_tokenizers

UNKNOWN = "<unk>"
END = "<end>"


def main() -> None:
    folder, *words = sys.argv[1:]
    vocabulary = {token: number for number, token in enumerate([UNKNOWN, END, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens([UNKNOWN, END])
    path = pathlib.Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": UNKNOWN,
        "eos_token": END,
        "model_max_length": 131_072,
    }
    (path / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


main()
