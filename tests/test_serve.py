"""`flask serve` before it serves: a port that is taken is said in one line."""

import socket

from tracker import serve


def test_a_port_that_is_taken_is_known_before_anything_starts():
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        other.listen()
        assert not serve.free(other.getsockname()[1])


def test_a_free_port_is_free():
    with socket.socket() as other:
        other.bind((serve.HOST, 0))
        port = other.getsockname()[1]
    assert serve.free(port)
