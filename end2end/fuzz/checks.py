"""What must be true of every answer, besides what schemathesis checks by itself."""

import re

import schemathesis

# Words of the inside: SQL, libraries, files of ours, what a panic prints.
INSIDE = re.compile(
    r"sqlx|sqlite|postgres|panicked|RUST_BACKTRACE|\.rs:\d|/src/|select .{1,60} from |insert into |unwrap\(", re.IGNORECASE
)
HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options")


@schemathesis.check
def says_nothing_of_the_inside(ctx, response, case):
    body = response.content.decode("utf-8", "replace")
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
