"""Where files are kept when it is not the data folder: a bucket of an S3-compatible service."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

_SHAPE = "s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-central-1"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)
_REGION = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_WORDS = ("endpoint", "region", "style")
_STYLES = ("path", "virtual")  # https://host/bucket/key, https://bucket.host/key


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket, and the folder in it that is ours. No *endpoint*: that of AWS for the *region*."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    is_path_style: bool

    @property
    def url(self) -> str:
        """The setting that says the same."""
        style = "path" if self.is_path_style else "virtual"
        usual = "path" if self.endpoint else "virtual"
        words = {
            "endpoint": self.endpoint,
            "region": self.region,
            "style": "" if style == usual else style,
        }
        query = urlencode({name: word for name, word in words.items() if word}, safe=":/")
        path = f"/{self.prefix}" if self.prefix else ""
        return f"s3://{self.bucket}{path}" + (f"?{query}" if query else "")


def bucket_place(text: str) -> BucketPlace:
    """The place that *text* names. Raises ValueError, which says what it must be."""
    words = _words(text)
    prefix = urlsplit(text).path.strip("/")
    if prefix and not (_PREFIX.fullmatch(prefix) and len(prefix) <= 200):
        raise ValueError("must have letters, digits, . _ - and / behind the bucket, nothing else")
    endpoint = words.get("endpoint", "").rstrip("/")
    if "endpoint" in words and not _is_endpoint(endpoint):
        raise ValueError("must have an endpoint such as https://s3.example.com")
    region, style = words.get("region", ""), words.get("style", "path" if endpoint else "virtual")
    if "region" in words and not _REGION.fullmatch(region):
        raise ValueError("must have a region such as eu-central-1")
    if not endpoint and not region:
        raise ValueError("must say where the bucket is: ?endpoint=https://… or ?region=…")
    if style not in _STYLES:
        raise ValueError("must have style=path or style=virtual")
    return BucketPlace(urlsplit(text).netloc, prefix, endpoint, region, style == "path")


def _words(text: str) -> dict[str, str]:
    """What is behind the question mark."""
    if not re.fullmatch(r"[!-~]+", text) or "#" in text:
        raise ValueError(f"must look like {_SHAPE}")
    try:
        parts = urlsplit(text)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise ValueError(f"must look like {_SHAPE}") from None
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc):
        raise ValueError(f"must look like {_SHAPE}, with no key in it")
    words = dict(pairs)
    if len(words) != len(pairs) or not words.keys() <= set(_WORDS):
        raise ValueError("must say endpoint, region and style at most, each once")
    return words


def _is_endpoint(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port_is_good
        and "@" not in text
        and not parts.path.strip("/")
        and not parts.query
    )
