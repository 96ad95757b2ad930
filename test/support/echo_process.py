"""A child process that sends back what it is sent, and ends as it is told."""

from multiprocessing.connection import Connection
import sys

from cobot_alloc.child_process import serve


def work(line: Connection) -> None:
    """Echo; ('exit', n) ends with that status."""
    while True:
        message = line.recv()
        if isinstance(message, tuple) and message[0] == 'exit':
            sys.exit(message[1])
        line.send((message, sys.argv[2:]))


if __name__ == '__main__':
    serve(work)
