"""Hostile web pages: what they try in a browser, and the server of one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from support.http_server import QuietServer

FOREIGN = "evil.example"
UNTRUSTED = "emulator.test"  # not a loopback name: browsers omit Sec-Fetch headers for it over plain HTTP
SWITCHES = [
    "--disable-popup-blocking",
    f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1, MAP {UNTRUSTED} 127.0.0.1",
]
HTML = "<!DOCTYPE html><meta charset='utf-8'><title>nice</title><body>"

# Ways to read: each returns what the page learned from the response, or null.
READ = {
    "fetch": "async url => (await fetch(url)).text()",
    "fetch with credentials": "async url => (await fetch(url, {credentials: 'include'})).text()",
    "fetch blindly": "async url => (await fetch(url, {mode: 'no-cors'})).text()",
    "fetch preflighted": "async url => (await fetch(url, {headers: {'X-Any': 'a'}})).text()",
    "fetch the head": "async url => (await fetch(url, {method: 'HEAD'})).status",
    "XMLHttpRequest": """url => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('GET', url);
        request.onload = () => resolve(request.responseText);
        request.onerror = reject;
        request.send();
    })""",
    "img": "url => element('img', {src: url}).then(made => made.naturalWidth)",
    "script": "url => element('script', {src: url}).then(() => 'ran')",
    "module": "url => import(url)",
    "style": "url => element('link', {rel: 'stylesheet', href: url}).then(made => made.sheet.cssRules.length)",
    "video": "url => element('video', {src: url, preload: 'auto'}).then(() => 'played')",
    "iframe": "url => element('iframe', {src: url}).then(made => made.contentDocument.body.innerText)",
    "object": """url =>
        element('object', {data: url, type: 'text/html'}).then(made => made.contentDocument.body.innerText)""",
    "popup": """async url => {
        const popup = open(url);
        try {
            while (popup.location.href === 'about:blank' || popup.document.readyState !== 'complete') {
                await new Promise(resolve => setTimeout(resolve, 10));
            }
            return popup.document.body.innerText;
        } finally { popup.close(); }
    }""",
    "EventSource": """url => new Promise((resolve, reject) => {
        const source = new EventSource(url);
        source.onopen = () => resolve('open');
        source.onerror = () => { source.close(); reject(); };
    })""",
    "WebSocket": """url => new Promise((resolve, reject) => {
        const socket = new WebSocket(url.replace('http', 'ws'));
        socket.onopen = () => resolve('open');
        socket.onerror = reject;
    })""",
    "worker": """url => new Promise((resolve, reject) => {
        const source = `fetch('${url}').then(r => r.text()).then(postMessage, () => postMessage(null))`;
        const worker = new Worker(URL.createObjectURL(new Blob([source])));
        worker.onmessage = event => resolve(event.data);
        worker.onerror = reject;
    })""",
}

FETCH = {"fetch": READ["fetch"]}

# Ways to write: each returns the status that the page learned, or null. Those in SIMPLE need no preflight.
WRITE = {
    "fetch": "([url, method, body]) => fetch(url, {method, body}).then(r => r.status)",
    "fetch JSON": """([url, method, body]) =>
        fetch(url, {method, body, headers: {'Content-Type': 'application/json'}}).then(r => r.status)""",
    "fetch with credentials": """([url, method, body]) =>
        fetch(url, {method, body, credentials: 'include'}).then(r => r.status)""",
}
SIMPLE = {
    "fetch blindly": "([url, method, body]) => fetch(url, {method, body, mode: 'no-cors'}).then(r => r.status)",
    "fetch a form": """([url, method, body]) => fetch(url, {method, body, mode: 'no-cors', credentials: 'include',
        headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).then(r => r.status)""",
    "fetch text": """([url, method, body]) => fetch(url, {method, body, mode: 'no-cors',
        headers: {'Content-Type': 'text/plain'}}).then(r => r.status)""",
    "fetch and be gone": """([url, method, body]) =>
        fetch(url, {method, body, mode: 'no-cors', keepalive: true}).then(r => r.status)""",
    "XMLHttpRequest": """([url, method, body]) => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.onload = () => resolve(request.status);
        request.onerror = reject;
        request.send(body);
    })""",
    "beacon": "([url, _, body]) => navigator.sendBeacon(url, body || '') && null",
    "form in a frame": "([url, _, body]) => submit(url, body, 'application/x-www-form-urlencoded', frame())",
    "text form in a frame": "([url, _, body]) => submit(url, body, 'text/plain', frame())",
    "file form in a frame": "([url, _, body]) => submit(url, body, 'multipart/form-data', frame())",
    "form in a popup": "([url, _, body]) => submit(url, body, 'text/plain', '_blank')",
}

# As text/plain, the form's body is the name of its field, `=` and the value: JSON.
HELPERS = """
const element = (name, values) => new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(name), values);
    for (const type of ['load', 'canplay']) made.addEventListener(type, () => resolve(made));
    made.addEventListener('error', reject);
    document.documentElement.append(made);
});
const frame = () => {
    const made = Object.assign(document.createElement('iframe'), {name: Math.random().toString()});
    document.documentElement.append(made);
    return made.name;
};
const submit = (action, body, enctype, target) => {
    const form = Object.assign(document.createElement('form'), {action, method: 'post', enctype, target});
    const name = `${(body || '{}').slice(0, -1)}${body && body !== '{}' ? ',' : ''}"x":"`;
    form.append(Object.assign(document.createElement('input'), {name, value: '"}'}));
    document.documentElement.append(form);
    form.submit();
    return null;
};
"""
TRY = f"""async argument => {{ {HELPERS}
    try {{ return (await (SCRIPT)(argument)) || null; }} catch (error) {{ return null; }}
}}"""


class Hostile(BaseHTTPRequestHandler):
    """The hostile site: an empty page for the scripts of tests; `/away?URL` redirects."""

    def do_GET(self) -> None:
        away = self.path.startswith("/away?")
        self.send_response(302 if away else 200)
        if away:
            self.send_header("Location", self.path.partition("?")[2])
        body = b"" if away else HTML.encode()
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hostile_site() -> Iterator[int]:
    """Serve the hostile site; yields its port."""
    with QuietServer(("127.0.0.1", 0), Hostile) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
