"""The functions that run in the daemon of oslo.privsep."""

import os

from oslo_privsep import priv_context

context = priv_context.PrivContext('peer_functions', cfg_section='peer_functions',
                                   pypath='peer_functions.context', capabilities=[])


@context.entrypoint
def echo(value):
    return value


@context.entrypoint
def fail(message):
    raise ValueError(message)


@context.entrypoint
def pid():
    return os.getpid()
