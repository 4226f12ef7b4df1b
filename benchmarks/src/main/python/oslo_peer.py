"""The same functions with oslo.privsep.

Takes the way of starting the daemon, 'sudo' or 'fork', as its argument. The daemon stays
the user that it is started as, and keeps no capabilities. Reads commands, a line each, from its standard input:
  <payload> <callers> <platform or virtual> <warm-up in ms> <duration in ms>
  start
  memory
and answers each with a line of JSON.
"""

import json
import os
import sys
import threading
import time

from oslo_config import cfg
from oslo_privsep import priv_context

from peer_functions import context, echo, fail, pid

TEXT = 'x' * 40


def record(number):
    return {'id': number, 'name': 'order-%d' % number, 'active': True, 'ratio': 0.5,
            'size': 4711, 'owner': 'someone', 'path': '/var/lib/orders', 'count': 12,
            'note': 'as agreed by telephone', 'version': 3}


PAYLOADS = {'text': TEXT, 'record': record(1), 'list': [record(i) for i in range(100)],
            '1KiB': b'x' * (1 << 10), '64KiB': b'x' * (1 << 16), '1MiB': b'x' * (1 << 20),
            '3MiB': b'x' * (3 << 20)}


def call_for(payload):
    if payload == 'exception':
        def call():
            try:
                fail('not today')
            except ValueError:
                return
            raise AssertionError('nothing was raised')
        return call
    value = PAYLOADS[payload]

    def call():
        if len(echo(value)) != len(value):
            raise AssertionError('that is not what was sent')
    return call


def measure(payload, callers, warm_up, duration):
    call = call_for(payload)
    start = time.perf_counter_ns() + warm_up * 1000000
    end = start + duration * 1000000
    samples = [[] for _ in range(callers)]
    ends = [start] * callers
    errors = []

    def run(index):
        try:
            before = time.perf_counter_ns()
            while before < end:
                call()
                after = time.perf_counter_ns()
                if before >= start:
                    samples[index].append(after - before)
                    ends[index] = after
                before = after
        except BaseException as ex:
            errors.append(repr(ex))

    threads = [threading.Thread(target=run, args=(i,)) for i in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        return {'error': errors[0]}
    merged = sorted(sample for each in samples for sample in each)
    if not merged:
        return {'error': 'no call was done in time'}

    def micros(quantile):
        return merged[min(int(quantile * len(merged)), len(merged) - 1)] / 1000
    return {'count': len(merged), 'seconds': (max(ends) - start) / 1e9, 'p50': micros(0.5), 'p90': micros(0.9),
            'p99': micros(0.99), 'p999': micros(0.999), 'max': merged[-1] / 1000}


def memory():
    for _ in range(1000):
        echo(TEXT)
    result = {}
    with open('/proc/%d/smaps_rollup' % pid()) as lines:
        for line in lines:
            words = line.split()
            if words[0] in ('Rss:', 'Pss:'):
                result[words[0][:-1].lower()] = int(words[1]) / 1024
    return result


def start(method):
    before = time.perf_counter_ns()
    context.start(method)
    return (time.perf_counter_ns() - before) / 1e6


def main():
    way = sys.argv[1]
    cfg.CONF([], project='oslo_peer', default_config_files=[])
    method = priv_context.Method.ROOTWRAP if way == 'sudo' else priv_context.Method.FORK
    if way == 'sudo':
        directory = os.path.dirname(os.path.abspath(__file__))
        command = 'sudo -n env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=%s privsep-helper' % directory
        cfg.CONF.set_override('helper_command', command, group='peer_functions')
    # what the daemon's starter says is not an answer
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    print(json.dumps({'start': start(method), 'pids': [pid()]}), file=answers, flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == 'memory':
            answer = memory()
        elif words[0] == 'start':
            context.stop()
            answer = {'start': start(method)}
            answer['pids'] = [pid()]
        elif words[2] == 'virtual':
            answer = {'skipped': 'Python has no virtual threads'}
        else:
            answer = measure(words[0], int(words[1]), int(words[3]), int(words[4]))
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == '__main__':
    main()
