"""Answers as the Hugging Face Hub does, for the models of a folder: python3 hub.py FOLDER PORT_FILE, with FOLDER/ORG/NAME/FILE.
Writes its port to PORT_FILE."""
import hashlib
import http.server
import os
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])


class Hub(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        match = re.fullmatch(r"/([\w.-]+/[\w.-]+)/resolve/\w+/([\w.-]+)", self.path)
        file = folder / match[1] / match[2] if match else None
        found = file is not None and file.is_file()
        content = file.read_bytes() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567")
        if found:
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        else:
            self.send_header("X-Error-Code", "EntryNotFound" if match and (folder / match[1]).is_dir() else "RepoNotFound")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def do_GET(self):
        self.answer(True)

    def do_HEAD(self):
        self.answer(False)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
part = sys.argv[2] + ".part"
with open(part, "w") as port:
    port.write(str(server.server_port))
os.rename(part, sys.argv[2])
server.serve_forever()
