"""What bytes are, by their own beginning. A file's name is what somebody typed; it proves nothing."""

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
)
OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
UNKNOWN = "application/octet-stream"
LOOKED_AT = 8192


def content_type_of(content: bytes) -> str:
    """Return the media type of the bytes; text is always plain, never HTML or a script."""
    beginning = content[:LOOKED_AT]
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for signature, kind in SIGNATURES if beginning.startswith(signature)), "")
    if found == "application/zip":
        return next((kind for part, kind in OFFICE.items() if part in content), found)
    return found or ("text/plain" if _is_text(content) else UNKNOWN)


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
