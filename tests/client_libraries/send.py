"""
Send calls with a client library for Python, as a shop's own program would.

`python send.py MODULE HOST KEY` reads the calls as JSON, in the words of the API, and ends once all are sent.
"""

import json
import re
import sys
from datetime import datetime
from importlib import import_module

module, host, key = sys.argv[1:]
client = import_module(module).Client(key, host=host, upload_size=4)
for call in json.load(sys.stdin):
    words = {re.sub("[A-Z]", lambda upper: "_" + upper[0].lower(), word): said for word, said in call.items()}
    words["timestamp"] = datetime.fromisoformat(words["timestamp"])
    getattr(client, words.pop("type"))(**words)
client.flush()
client.join()
