"""What must be true of every answer, besides what schemathesis checks by itself."""

import re

import schemathesis

# Words of the inside: SQL, libraries, files of ours, what a panic prints. Whole words as they are written: the nonce on a
# page is random letters, and among some thousands of them one says "SQlx".
INSIDE = re.compile(
    r"\b(?:sqlx|sqlite|SqliteError|postgres|PgDatabaseError|panicked at|RUST_BACKTRACE|called `Option)\b"
    r"|\w\.rs:\d|/src/\w|\b(?:select|SELECT) [^<>]{1,60} (?:from|FROM) |\b(?:insert into|INSERT INTO) "
)
NONCE = re.compile(r'nonce="[^"]*"')
HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options")


@schemathesis.check
def says_nothing_of_the_inside(ctx, response, case):
    body = NONCE.sub("", response.content.decode("utf-8", "replace"))
    # What was typed is given back as it was typed: only what we said ourselves counts.
    typed = repr(case.body) + repr(case.query) + repr(case.path_parameters)
    for found in INSIDE.finditer(body):
        if found.group() not in typed:
            raise AssertionError(f"it tells of the inside: {found.group()!r}")
    location = response.headers.get("location", ["/"])[0]
    if INSIDE.search(location):
        raise AssertionError(f"the address tells of the inside: {location}")


@schemathesis.check
def carries_the_headers(ctx, response, case):
    missing = [name for name in HEADERS if name not in response.headers]
    if missing:
        raise AssertionError(f"without {', '.join(missing)}")
    scripts = response.headers["content-security-policy"][0]
    if "unsafe-inline" in scripts or "'unsafe-eval'" in scripts:
        raise AssertionError("the content security policy was loosened")
