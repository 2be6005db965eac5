import hashlib

import pytest

from gateways.app import Hangfeng
from services.attachments import Attachment, Attachments, AttachmentTooLarge, NoSuchAttachment, media_type_of
from services.vault import SealBroken

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PICTURE = Attachment("井盖.png", "image/png", PNG)


@pytest.fixture
def kept(composed: Hangfeng) -> Attachments:
    return composed.attachments


def test_a_file_comes_back_as_it_was_sent(kept: Attachments) -> None:
    assert kept.open(kept.keep("subject-1", PICTURE)) == PICTURE


def test_the_same_file_of_one_person_is_kept_once_and_of_two_twice(kept: Attachments) -> None:
    first, again, other = (kept.keep(subject, PICTURE) for subject in ("subject-1", "subject-1", "subject-2"))
    assert first == again != other


def test_neither_name_nor_content_nor_digest_can_be_read_from_the_disk(composed: Hangfeng, kept: Attachments) -> None:
    kept.keep("subject-1", PICTURE)
    files = [path for path in composed.settings.data.rglob("*") if path.is_file()]
    assert not any(PNG in path.read_bytes() or "井盖".encode() in path.read_bytes() for path in files)
    assert not any(hashlib.sha256(PNG).hexdigest() in path.name for path in files)


def test_one_persons_erasure_leaves_anothers_same_file(composed: Hangfeng, kept: Attachments) -> None:
    mine, theirs = kept.keep("subject-1", PICTURE), kept.keep("subject-2", PICTURE)
    composed.vault.destroy("subject-1")
    with pytest.raises(NoSuchAttachment):
        kept.open(mine)
    assert kept.open(theirs) == PICTURE


def test_a_person_who_comes_again_after_erasure_is_kept_under_a_new_key(composed: Hangfeng, kept: Attachments) -> None:
    reference = kept.keep("subject-1", PICTURE)
    composed.vault.destroy("subject-1")
    assert kept.keep("subject-1", PICTURE) == reference
    assert kept.open(reference) == PICTURE


def test_a_changed_byte_is_found(composed: Hangfeng, kept: Attachments) -> None:
    reference = kept.keep("subject-1", PICTURE)
    (path,) = composed.settings.data.rglob(reference)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(SealBroken):
        kept.open(reference)


@pytest.mark.parametrize("reference", ["0" * 64, "../../keys/master.key", "", "0" * 63])
def test_what_is_no_reference_opens_nothing(kept: Attachments, reference: str) -> None:
    with pytest.raises(NoSuchAttachment):
        kept.open(reference)
    assert kept.remove(reference) is False


def test_an_empty_and_a_large_file_are_refused(composed: Hangfeng) -> None:
    small = Attachments(composed.settings.data / "a", composed.vault, composed.keys.identity, bytes_max=4)
    for content in (b"", b"12345"):
        with pytest.raises(AttachmentTooLarge):
            small.keep("subject-1", Attachment("x", "image/png", content))


def test_a_file_that_is_removed_is_gone(kept: Attachments) -> None:
    reference = kept.keep("subject-1", PICTURE)
    assert kept.remove(reference) is True
    with pytest.raises(NoSuchAttachment):
        kept.open(reference)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"<html>", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_a_files_kind_is_known_by_its_first_bytes(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type
