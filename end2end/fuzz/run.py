"""Schemathesis against a running demo server, as everybody in turn. Called by `cargo xtask fuzz`, which starts the server.

    run.py URL short     every address and field, each broken in every way that schemathesis knows as nobody, at random as others
    run.py URL long      both as everybody, many times more; NAAPURIAPU_FUZZ_SEED makes it another run

Each visitor signs in as people do, by the code that the demo shows. What would end the visitor's own session is left to
the Rust tests: everything after it would only be a stranger's.
"""

import os
import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import requests

HERE = Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "openapi.json"
VISITORS = {
    "nobody": None,
    "Aino, resident": "+358 40 000 0101",
    "Sanna, relative": "+358 40 000 0103",
    "Mikko, member": "+358 40 000 0201",
    "Outi, lounge helper": "+358 40 000 0301",
    "Pekka, coordinator": "+358 40 000 0401",
}
# These end a session, lock the device, or stop whoever asks.
ENDS_THE_SESSION = r"^/api/(session/(ask|answer|end)|data/leave|lounge/(lock|next)|phone/(code|end|join)|order/(send|code))$"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,allow_header_conformance,"
    "says_nothing_of_the_inside,carries_the_headers"
)


class Messages(HTMLParser):
    """The texts of /demo/outbox."""

    def __init__(self):
        super().__init__()
        self.texts, self.inside = [], False

    def handle_starttag(self, tag, attributes):
        if "outbox__text" in (dict(attributes).get("class") or ""):
            self.texts.append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


class Browser:
    """Keeps cookies as browsers do on a loopback address, where those marked Secure are kept without TLS."""

    def __init__(self, url):
        self.url, self.cookies = url, {}

    def ask(self, method, path, fields=None):
        headers = {"Origin": self.url, "Accept": "text/html", "Cookie": self.header()}
        answer = requests.request(
            method, self.url + path, data=fields, headers=headers, timeout=30, allow_redirects=False
        )
        self.cookies.update(answer.cookies.get_dict())
        return answer

    def header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def is_signed_in(self):
        return not self.ask("GET", "/my/people").headers.get("location", "").startswith("/sign-in")


def sign_in(url, phone):
    """Somebody's browser."""
    browser = Browser(url)
    browser.ask("POST", "/api/session/ask", {"phone": phone})
    messages = Messages()
    messages.feed(browser.ask("GET", "/demo/outbox").text)
    codes = [code for text in messages.texts for code in re.findall(r"\b\d{6}\b", text)]
    browser.ask("POST", "/api/session/answer", {"code": codes[0]})
    if not browser.is_signed_in():
        sys.exit(f"{phone} could not sign in")
    return browser


def fuzz(url, browser, long, seed):
    """Runs schemathesis: whether it found no fault, and how many cases it tried of how many addresses."""
    phases = "examples,coverage,fuzzing" if long or browser is None else "examples,fuzzing"
    examples = 100 if long else 3 if browser is None else 6
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", str(DOCUMENT), "--url", url,
        "--phases", phases, "--max-examples", str(examples), "--suppress-health-check", "all",
        "--max-redirects", "0", "--request-timeout", "30", "--continue-on-failure", "--seed", str(seed),
        "--generation-database", "none", "--warnings", "off", "--no-color", "--checks", CHECKS,
        "-H", f"Origin: {url}", "-H", "Accept: text/html",
    ]
    if browser is not None:
        command += ["-H", f"Cookie: {browser.header()}", "--exclude-path-regex", ENDS_THE_SESSION]
    environment = {
        **os.environ, "SCHEMATHESIS_HOOKS": "checks", "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"
    }
    # It leaves caches where it runs.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    cases, addresses = re.search(r"(\d+) generated", output), re.search(r"Tested: (\d+)", output)
    if done.returncode != 0 or cases is None or addresses is None:
        print(output[-12_000:])
        return False, "?", "?"
    return True, cases.group(1), addresses.group(1)


def main():
    url, long = sys.argv[1], sys.argv[2] == "long"
    seed = int(os.environ.get("NAAPURIAPU_FUZZ_SEED", "1"))
    # All of them first: what is fuzzed later uses up what one address may ask of signing in.
    browsers = {who: phone and sign_in(url, phone) for who, phone in VISITORS.items()}
    failed = []
    for who, browser in browsers.items():
        fine, cases, addresses = fuzz(url, browser, long, seed)
        if browser is not None and not browser.is_signed_in():
            fine = False
            print(f"{who}: the session ended on the way, so not all of it was tried as them")
        print(f"fuzz: {who}: {cases} cases at {addresses} addresses, {'no fault' if fine else 'FAULTS'}", flush=True)
        if not fine:
            failed.append(who)
    if requests.get(f"{url}/health/ready", timeout=30).status_code != 200:
        failed.append("the server isn't ready any more")
    if failed:
        sys.exit(f"faults as {', '.join(failed)}")


if __name__ == "__main__":
    main()
