"""Requests: which addresses are contacted (SSRF, DNS rebinding), and every bound, against a real server."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import trustme
from bench.newsroom import Asked, Server, bomb
from hypothesis import given
from hypothesis import strategies as st

from marsad.errors import InputError
from marsad.net import Client, Limits, NotFetched, Reply, doors, inflated, refusal

QUICK = Limits(body=100_000, seconds=1.5, connect=1, idle=1)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as room:
        room.answers["/"] = lambda asked: asked.send(b"hello")
        yield room


def client(limits: Limits = QUICK, **hosts: list[str]) -> Client:
    def resolve(host: str, port: int) -> list[str]:
        return hosts.get(host.partition(".")[0], ["127.0.0.1"])

    return Client("Marsad/test", limits, resolve)


def get(server: Server, url: str, *, of: Client | None = None) -> Reply | NotFetched:
    """A request of somebody who opened the server's door, and no other."""
    return (of or client()).get(url, allowed=doors([f"127.0.0.1:{server.port}"]))


def refused(reply: Reply | NotFetched) -> NotFetched:
    assert isinstance(reply, NotFetched), reply
    return reply


# ── addresses ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
        "2002:a00:1::1", "2001:0:0:0:0:0:f5ff:fffe", "not an address",
    ],
)  # fmt: skip
def test_ssrf_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert refusal(address, 80, ()) is not None
    assert refusal(address, 443, ()) is not None


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_open_at_the_ports_of_the_web(address: str) -> None:
    assert refusal(address, 443, ()) is None
    assert refusal(address, 8080, ()) is None
    assert "port 25" in (refusal(address, 25, ()) or "")


@given(st.ip_addresses(v=4))
def test_ssrf_an_address_inside_another_is_judged_as_itself(address: object) -> None:
    plain = refusal(str(address), 80, ()) is None
    assert (refusal(f"::ffff:{address}", 80, ()) is None) == plain
    assert (refusal(f"64:ff9b::{address}", 80, ()) is None) == plain


def test_a_door_opens_one_address_at_one_port() -> None:
    allowed = doors(["127.0.0.1:8080", "[::1]:9000"])
    assert refusal("127.0.0.1", 8080, allowed) is None
    assert refusal("::1", 9000, allowed) is None
    assert refusal("127.0.0.1", 8081, allowed) is not None
    assert refusal("127.0.0.2", 8080, allowed) is not None
    assert refusal("::1", 8080, allowed) is not None
    assert {str(door) for door in allowed} == {"127.0.0.1:8080", "[::1]:9000"}


@pytest.mark.parametrize("told", ["127.0.0.1", "localhost:80", "10.0.0.0/8:80", "::1:80", "127.0.0.1:0", ""])
def test_a_door_is_an_address_with_a_port(told: str) -> None:
    with pytest.raises(InputError, match="no address with a port"):
        doors([told])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f.0.0.1:{port}/", "http://127.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/", "http://localhost:{port}/", "http://0:{port}/",
    ],
)  # fmt: skip
def test_ssrf_no_spelling_of_loopback_gets_through(server: Server, url: str) -> None:
    reply = Client("Marsad/test", QUICK).get(url.format(port=server.port))
    assert refused(reply).why in ("address", "name")
    assert not server.hits


def test_ssrf_a_name_of_a_private_address_is_refused(server: Server) -> None:
    assert refused(client(inside=["10.0.0.7"]).get("http://inside.test/")).why == "address"


def test_ssrf_one_private_address_among_public_ones_refuses_the_name(server: Server) -> None:
    reply = client(mixed=["93.184.216.34", "127.0.0.1"]).get(server.url("/", "mixed.test"))
    assert refused(reply).why == "address"
    assert not server.hits


def test_ssrf_rebinding_the_name_is_asked_once_and_the_checked_address_contacted(server: Server) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    reply = get(server, server.url("/", "rebinding.test"), of=Client("Marsad/test", QUICK, resolve))
    assert isinstance(reply, Reply)
    assert reply.address == "127.0.0.1"
    assert asked == ["rebinding.test"]
    assert server.hits == {("rebinding.test", "/"): 1}, "the name stays in Host"


def test_ssrf_rebinding_at_a_redirect_the_name_is_checked_again(server: Server) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])
    server.answers["/again"] = lambda asked: asked.send(status=302, Location="/")
    reply = get(
        server, server.url("/again", "x.test"), of=Client("Marsad/test", QUICK, lambda *_: next(answers))
    )
    assert refused(reply).why == "address"
    assert ("x.test", "/") not in server.hits


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/",
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "//10.0.0.1/",
        "http://inside.test/",
    ],
)
def test_ssrf_a_redirect_to_a_private_address_is_refused(server: Server, to: str) -> None:
    server.answers["/out"] = lambda asked: asked.send(status=302, Location=to)
    reply = get(server, server.url("/out"), of=client(inside=["192.168.0.4"]))
    assert refused(reply).why == "address"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.test/", "gopher://x.test/", "x", "http://", "http://u:p@x.test/"]
)
def test_only_http_without_a_user_is_spoken(server: Server, url: str) -> None:
    assert refused(client().get(url)).why == "scheme"
    server.answers["/out"] = lambda asked: asked.send(status=302, Location=url)
    if ":" in url:
        assert refused(get(server, server.url("/out"))).why in ("scheme", "redirects")


# ── bounds ────────────────────────────────────────────────────────────────────────────────


def test_a_page(server: Server) -> None:
    reply = get(server, server.url("/"))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body, reply.url) == (200, b"hello", server.url("/"))
    assert server.asked[0][3]["User-Agent"] == "Marsad/test"


def test_redirects_are_followed_and_permanent_ones_told(server: Server) -> None:
    server.answers["/a"] = lambda asked: asked.send(status=301, Location="/b")
    server.answers["/b"] = lambda asked: asked.send(status=308, Location="/c")
    server.answers["/c"] = lambda asked: asked.send(status=302, Location="/")
    reply = get(server, server.url("/a"))
    assert isinstance(reply, Reply)
    assert reply.moved == server.url("/c")
    assert reply.url == server.url("/")
    assert [hop.status for hop in reply.hops] == [301, 308, 302]


def test_redirects_in_a_circle_and_without_end(server: Server) -> None:
    server.answers["/a"] = lambda asked: asked.send(status=302, Location="/b")
    server.answers["/b"] = lambda asked: asked.send(status=302, Location="/a")
    assert "circle" in refused(get(server, server.url("/a"))).message
    server.answers["/n"] = lambda asked: asked.send(
        status=302, Location=f"/n?{len(asked.path)}{'x' * len(asked.path)}"
    )
    assert "over 5 times" in refused(get(server, server.url("/n"))).message
    assert server.hits["127.0.0.1", "/n"] == 6


def test_a_body_without_end(server: Server) -> None:
    def endless(asked: Asked) -> None:
        asked.send(length=None)
        while not asked.room.stopping.is_set():
            asked.raw(b"x" * 65_536)

    server.answers["/endless"] = endless
    assert refused(get(server, server.url("/endless"))).why == "too large"
    server.answers["/said"] = lambda asked: asked.send(length=10**12)
    assert refused(get(server, server.url("/said"))).why == "too large"


def test_a_gzip_bomb_is_never_unpacked(server: Server) -> None:
    server.answers["/bomb"] = lambda asked: asked.send(bomb(), Content_Encoding="gzip")
    assert refused(get(server, server.url("/bomb"), of=client(Limits(body=2_000_000)))).why == "too large"
    assert inflated(bomb(), 1000) == "too large"


def test_packed_bodies(server: Server) -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two")
    server.answers["/two"] = lambda asked: asked.send(packed, Content_Encoding="gzip")
    reply = get(server, server.url("/two"))
    assert isinstance(reply, Reply)
    assert (reply.body, reply.wire) == (b"onetwo", packed)
    server.answers["/cut"] = lambda asked: asked.send(packed[:15], Content_Encoding="gzip")
    assert refused(get(server, server.url("/cut"))).why == "truncated"
    server.answers["/plain"] = lambda asked: asked.send(b"plain", Content_Encoding="gzip")
    assert refused(get(server, server.url("/plain"))).why == "encoding"
    server.answers["/br"] = lambda asked: asked.send(b"x", Content_Encoding="br")
    assert refused(get(server, server.url("/br"))).why == "encoding"


@given(st.binary(max_size=2000), st.integers(0, 3000))
def test_unpacking_never_gives_more_than_was_asked_for(data: bytes, most: int) -> None:
    found = inflated(gzip.compress(data), most)
    assert found == (data if len(data) <= most else "too large")


def test_slow_bodies_and_slow_heads_end_in_time(server: Server) -> None:
    def slow_body(asked: Asked) -> None:
        asked.send(length=None)
        while not asked.room.stopping.wait(0.2):
            asked.raw(b"x")

    def slow_head(asked: Asked) -> None:
        asked.raw(b"HTTP/1.1 200 OK\r\n")
        while not asked.room.stopping.wait(0.2):
            asked.raw(b"X-More: y\r\n")

    server.answers["/body"], server.answers["/head"] = slow_body, slow_head
    for path in ("/body", "/head"):
        reply = refused(get(server, server.url(path)))
        assert reply.why == "too slow"
        assert reply.passing


def test_a_body_that_ends_early_is_not_taken_for_whole(server: Server) -> None:
    server.answers["/cut"] = lambda asked: asked.send(b"half", length=8)
    reply = refused(get(server, server.url("/cut")))
    assert (reply.why, reply.passing) == ("truncated", True)


def test_http_1_0_that_ends_by_closing(server: Server) -> None:
    def old(asked: Asked) -> None:
        asked.raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nold")

    server.answers["/old"] = old
    reply = get(server, server.url("/old"))
    assert isinstance(reply, Reply)
    assert (reply.body, reply.version) == (b"old", "HTTP/1.0")


@pytest.mark.parametrize("said", [b"garbage\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000])
def test_what_is_no_http(server: Server, said: bytes) -> None:
    server.answers["/bad"] = lambda asked: asked.raw(said)
    assert refused(get(server, server.url("/bad"))).why in ("protocol", "truncated", "connection")


def test_a_closed_port_and_an_unknown_name(server: Server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    reply = client().get(f"http://127.0.0.1:{port}/", allowed=doors([f"127.0.0.1:{port}"]))
    assert (refused(reply).why, refused(reply).passing) == ("connection", True)

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert refused(Client("x", QUICK, unknown).get("http://nowhere.test/")).why == "name"


def test_the_next_address_is_tried_where_one_is_dead(server: Server) -> None:
    both = doors([f"127.0.0.1:{server.port}", f"127.0.0.9:{server.port}"])
    reply = client(two=["127.0.0.9", "127.0.0.1"]).get(server.url("/", "two.test"), allowed=both)
    assert isinstance(reply, Reply)
    assert reply.address == "127.0.0.1"


# ── TLS ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tls() -> Iterator[tuple[int, ssl.SSLContext, list[str]]]:
    """A TLS server for news.test: its port, whom to trust, and the names that it was asked by."""
    authority = trustme.CA()
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.test").configure_cert(serves)
    names: list[str] = []
    serves.sni_callback = lambda _, name, __: names.append(name)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                with serves.wrap_socket(plain, server_side=True) as safe:
                    head = safe.recv(10_000)
                    names.append(next(x for x in head.decode().split("\r\n") if x.startswith("Host:")))
                    safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsafe")
            except OSError:
                continue

    threading.Thread(target=answer, daemon=True).start()
    yield listening.getsockname()[1], trust, names
    listening.close()


def test_the_certificate_is_checked_against_the_name_not_the_address(
    tls: tuple[int, ssl.SSLContext, list[str]],
) -> None:
    port, trust, names = tls
    asks = Client("Marsad/test", QUICK, lambda *_: ["127.0.0.1"], trust)
    allowed = frozenset(doors([f"127.0.0.1:{port}"]))
    reply = asks.get(f"https://news.test:{port}/", allowed=allowed)
    assert isinstance(reply, Reply)
    assert reply.body == b"safe"
    assert names == ["news.test", f"Host: news.test:{port}"]
    other = refused(asks.get(f"https://other.test:{port}/", allowed=allowed))
    assert (other.why, other.passing) == ("certificate", False)
    stranger = Client("Marsad/test", QUICK, lambda *_: ["127.0.0.1"])
    assert refused(stranger.get(f"https://news.test:{port}/", allowed=allowed)).why == "certificate"
