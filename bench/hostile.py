"""Hostile files against a running server that may use 2 GB: it must answer each and live.

Run by `cargo xtask bench hostile [FOLDER]`. Environment: ARGOSY_BIN (release binary). FOLDER holds the
files; without it, files are made by `../shared/data/hostile_gen.py` into target/hostile.
"""

import http.cookiejar
import json
import os
import resource
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

BINARY = os.environ["ARGOSY_BIN"]
FOLDER = Path("target/hostile")
GENERATOR = Path("../shared/data/hostile_gen.py")
ADDRESS = "127.0.0.1:7189"
PASSWORD = "a long password for measuring"
LIMIT = 2 << 30
WAIT_SECONDS = 300


def files():
    if len(sys.argv) > 1:
        return sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_file())
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not any(FOLDER.iterdir()):
        subprocess.run([sys.executable, GENERATOR.resolve()], cwd=FOLDER, check=True)
    return sorted(path for path in FOLDER.iterdir() if path.is_file())


def start(home):
    subprocess.run([BINARY, "init", "--home", str(home)], capture_output=True)
    os.environ["ARGOSY_PASSWORD"] = PASSWORD
    subprocess.run([BINARY, "user", "add", "bench", "--role", "owner", "--home", str(home)], capture_output=True)
    limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))  # noqa: E731
    return subprocess.Popen(
        [BINARY, "serve", "--addr", ADDRESS, "--home", str(home)],
        preexec_fn=limit,
        stdout=subprocess.DEVNULL,
        stderr=(FOLDER.parent / "hostile.log").open("w"),
    )


def call(opener, method, path, body=None, kind="application/json"):
    request = urllib.request.Request(f"http://{ADDRESS}/api/v1{path}", data=body, method=method)
    request.add_header("X-Argosy", "1")
    request.add_header("Content-Type", kind)
    try:
        with opener.open(request, timeout=WAIT_SECONDS) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def upload(opener, path):
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="store"\r\n\r\nhostile\r\n'
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="market"\r\n\r\nUS\r\n'
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    status, answer = call(opener, "POST", "/imports", body, f"multipart/form-data; boundary={boundary}")
    if status != 202:
        return status, answer
    for job in answer["jobs"]:
        while True:
            _, state = call(opener, "GET", f"/jobs/{job['id']}")
            state = state.get("job", state)
            if state["state"] in ("done", "failed"):
                return state["state"], state.get("result") or state.get("error")
            time.sleep(0.1)
    return status, answer


def memory(server):
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0


def main():
    every = files()
    server = start(FOLDER.parent / f"home-hostile-{uuid.uuid4().hex[:8]}")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    for _ in range(100):
        try:
            call(opener, "POST", "/session", json.dumps({"login": "bench", "password": PASSWORD}).encode())
            break
        except OSError:
            time.sleep(0.1)
    store = {"name": "hostile", "channel": "amazon", "market": "US", "currency": "USD"}
    call(opener, "POST", "/stores", json.dumps(store).encode())
    for path in every:
        began = time.perf_counter()
        state, told = upload(opener, path)
        if server.poll() is not None:
            raise SystemExit(f"{path.name}: the server ended with {server.returncode}")
        words = json.dumps(told, ensure_ascii=False)[:110]
        print(f"{path.name:<28}{time.perf_counter() - began:>7.1f} s {memory(server):>6.0f} MB  {state}  {words}", flush=True)
    print(f"{len(every)} files answered, the server lives; highest memory {memory(server):.0f} MB of {LIMIT >> 20}")
    server.terminate()


if __name__ == "__main__":
    main()
