"""Generate the reference in `docs/api.md` from the comments of the contract.

    python scripts/generate_api.py          # write it
    python scripts/generate_api.py --check  # fail when it has drifted

What stands below the line `<!-- by hand -->` is kept. Needs grpcio-tools.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)
from grpc_tools import protoc  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = "inquit/v1/inquit.proto"
REFERENCE = ROOT / "docs" / "api.md"
BY_HAND = "<!-- by hand -->\n"
_WIDTH = 110
_WELL_KNOWN = Path(protoc.__file__).parent / "_proto"
_HEAD = f"""\
# API reference

<!-- Down to the line "by hand" written by scripts/generate_api.py from proto/{CONTRACT}; do not edit. -->

The package is `inquit.v1`. The [contract](../proto/{CONTRACT}) itself is the source of this page;
[clients.md](clients.md) tells how to use it. Names are those of the `.proto` file; generated code spells them
as its language does, and in protobuf's JSON form `offset_encoding` is `offsetEncoding`.
"""

# Numbers of descriptor.proto, of which the paths to comments are made.
_SYNTAX, _MESSAGES, _ENUMS, _SERVICES = 12, 4, 5, 6
_MEMBERS, _FIELDS, _ONEOFS = 2, 2, 8


class Contract:
    """A proto file with its comments."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self.file = file
        self._comments = {
            tuple(location.path): location.leading_comments for location in file.source_code_info.location
        }

    def comment(self, *path: int) -> str:
        """Return the comment before what stands at the path, its paragraphs in Markdown."""
        text = self._comments.get(path, "")
        if path == (_SYNTAX,) and not text:
            [location] = [one for one in self.file.source_code_info.location if tuple(one.path) == path]
            text = "\n".join(location.leading_detached_comments)
        paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
        return "\n\n".join(textwrap.fill(paragraph, _WIDTH) for paragraph in paragraphs)

    def pages(self) -> Iterator[str]:
        """Yield the parts of the reference."""
        yield _HEAD
        yield self.comment(_SYNTAX)
        for index, service in enumerate(self.file.service):
            yield from self._service(index, service)
        yield "## Messages"
        for index, message in enumerate(self.file.message_type):
            yield from self._message(index, message)
        yield "## Enums"
        for index, enum in enumerate(self.file.enum_type):
            yield from self._enum(index, enum)

    def _service(self, index: int, service: ServiceDescriptorProto) -> Iterator[str]:
        yield f"## {service.name}"
        yield self.comment(_SERVICES, index)
        for place, method in enumerate(service.method):
            asked = _link(method.input_type, stream=method.client_streaming)
            answered = _link(method.output_type, stream=method.server_streaming)
            yield f"### {method.name}"
            yield f"{asked} → {answered}"
            yield self.comment(_SERVICES, index, _MEMBERS, place)

    def _message(self, index: int, message: DescriptorProto) -> Iterator[str]:
        yield f"### {message.name}"
        yield self.comment(_MESSAGES, index)
        for place, oneof in enumerate(message.oneof_decl):
            names = [f"`{field.name}`" for field in message.field if _in_oneof(field, place)]
            yield f"{' or '.join(names)}: {self.comment(_MESSAGES, index, _ONEOFS, place)} (`{oneof.name}`)"
        rows = [
            (f"`{field.name}`", str(field.number), _kind(field), self._cell(_MESSAGES, index, _FIELDS, place))
            for place, field in enumerate(message.field)
        ]
        if rows:
            yield _table(("field", "number", "type", "meaning"), rows)

    def _enum(self, index: int, enum: EnumDescriptorProto) -> Iterator[str]:
        yield f"### {enum.name}"
        yield self.comment(_ENUMS, index)
        rows = [
            (f"`{value.name}`", str(value.number), self._cell(_ENUMS, index, _MEMBERS, place))
            for place, value in enumerate(enum.value)
        ]
        yield _table(("value", "number", "meaning"), rows)

    def _cell(self, *path: int) -> str:
        return " ".join(self.comment(*path).split()).replace("|", "\\|")


def _in_oneof(field: FieldDescriptorProto, place: int) -> bool:
    return field.HasField("oneof_index") and field.oneof_index == place


def _kind(field: FieldDescriptorProto) -> str:
    name = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    kind = _link(field.type_name) if field.type_name else name
    return f"repeated {kind}" if field.label == FieldDescriptorProto.LABEL_REPEATED else kind


def _link(full_name: str, *, stream: bool = False) -> str:
    name = full_name.removeprefix(".")
    if not name.startswith("inquit.v1."):
        return f"`{name}`"
    name = name.removeprefix("inquit.v1.")
    return f"{'stream of ' if stream else ''}[{name}](#{name.lower()})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def reference() -> str:
    """Return the generated part, down to the line that ends it."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "contract.binpb"
        paths = [f"--proto_path={path}" for path in (ROOT / "proto", _WELL_KNOWN)]
        arguments = ["protoc", *paths, f"--descriptor_set_out={out}", "--include_source_info", CONTRACT]
        if protoc.main(arguments) != 0:
            sys.exit("protoc failed")
        [file] = FileDescriptorSet.FromString(out.read_bytes()).file
    return "\n\n".join(part.strip("\n") for part in Contract(file).pages()) + "\n\n" + BY_HAND


def main() -> None:
    """Read the command line and generate or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when the reference has drifted"
    )
    arguments = parser.parse_args()
    written = REFERENCE.read_text(encoding="utf-8") if REFERENCE.is_file() else BY_HAND
    _, _, by_hand = written.partition(BY_HAND)
    fresh = reference() + by_hand
    if not arguments.check:
        REFERENCE.write_text(fresh, encoding="utf-8")
    elif fresh != written:
        sys.exit("docs/api.md does not match the contract, run scripts/generate_api.py")


if __name__ == "__main__":
    main()
