"""Writes a tiny model of the Llama architecture with random weights: 2 layers, and a vocabulary of bytes and words."""

# cspell:ignore cpuparams embd

import sys

import numpy as np
from gguf import GGUFWriter, TokenType

EMBEDDING, HEADS, FEED_FORWARD, LAYERS, CONTEXT = 64, 4, 128, 2, 4096
SYLLABLES = ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "we", "ya", "zo", "é", "ñ", "日"]
SPECIAL = ["<unk>", "<s>", "</s>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant:"
)


def list_tokens() -> list[tuple[str, TokenType]]:
    special = [(text, TokenType.CONTROL) for text in SPECIAL]
    special[0] = (SPECIAL[0], TokenType.UNKNOWN)
    byte_tokens = [(f"<0x{value:02X}>", TokenType.BYTE) for value in range(256)]
    words = [(f"\u2581{first}{second}", TokenType.NORMAL) for first in SYLLABLES for second in SYLLABLES]
    return special + byte_tokens + words + [(text, TokenType.NORMAL) for text in SYLLABLES]


def main(file: str) -> None:
    tokens = list_tokens()
    writer = GGUFWriter(file, "llama")
    writer.add_name("random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(EMBEDDING // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _ in tokens])
    writer.add_token_scores([-float(index) for index in range(len(tokens))])
    writer.add_token_types([kind for _, kind in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(CHAT_TEMPLATE)
    add_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_weights(writer: GGUFWriter, vocabulary: int) -> None:
    generator = np.random.default_rng(15)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(f"{name}.weight", generator.normal(0, 0.2, shape).astype(np.float32))

    def add_norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(EMBEDDING, dtype=np.float32))

    add("token_embd", vocabulary, EMBEDDING)
    add_norm("output_norm")
    add("output", vocabulary, EMBEDDING)
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            add_norm(f"blk.{layer}.{name}")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}", EMBEDDING, EMBEDDING)
        add(f"blk.{layer}.ffn_gate", FEED_FORWARD, EMBEDDING)
        add(f"blk.{layer}.ffn_up", FEED_FORWARD, EMBEDDING)
        add(f"blk.{layer}.ffn_down", EMBEDDING, FEED_FORWARD)


if __name__ == "__main__":
    main(sys.argv[1])
