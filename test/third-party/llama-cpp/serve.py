"""Serves a model with llama.cpp's own HTTP server. Arguments: file of the model, port."""

# cspell:ignore cpuparams embd

import sys
import threading

import xllamacpp

_, model, port = sys.argv
params = xllamacpp.CommonParams()
params.model.path = model
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_ctx = 4096
params.n_parallel = 4
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.use_jinja = True
server = xllamacpp.Server(params)
print("listens on", server.listening_address, flush=True)
threading.Event().wait()
