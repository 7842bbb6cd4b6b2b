"""An independent judge of Mach-O files, for the tests of the reader and the patcher.

It shares no code with wheelcheck: it reads the file from scratch, checks what
dyld and the kernel check, and maps an image into memory as dyld would, so that
two images can be compared by what a process would see of them.
"""

from __future__ import annotations

import hashlib
import itertools
import struct
from dataclasses import dataclass, field
from typing import Any

REQ = 0x80000000
LOADS = {
    0xC: "normal",
    0x18 | REQ: "weak",
    0x1F | REQ: "reexport",
    0x20: "lazy",
    0x23 | REQ: "upward",
}
LINKEDIT_DATA = {0x1D, 0x1E, 0x26, 0x29, 0x2B, 0x2E, 0x33 | REQ, 0x34 | REQ}


@dataclass
class Seg:
    name: str
    vmaddr: int
    vmsize: int
    fileoff: int
    filesize: int
    sections: list[tuple[str, int, int, int, int]]  # name, addr, size, offset, flags


@dataclass
class Thin:
    data: bytes
    end: str
    wide: bool
    cputype: int
    filetype: int
    flags: int
    cmds: list[tuple[int, int, bytes]] = field(default_factory=list)  # cmd, offset, raw
    segs: list[Seg] = field(default_factory=list)
    cmds_end: int = 0

    def u32(self, raw: bytes, at: int) -> int:
        return int(struct.unpack_from(self.end + "I", raw, at)[0])

    def strings(self, *kinds: int) -> list[str]:
        return [
            raw[self.u32(raw, 8) :].split(b"\0")[0].decode()
            for cmd, _, raw in self.cmds
            if cmd in kinds
        ]

    @property
    def loads(self) -> list[tuple[str, str]]:
        return [
            (LOADS[cmd], raw[self.u32(raw, 8) :].split(b"\0")[0].decode())
            for cmd, _, raw in self.cmds
            if cmd in LOADS
        ]

    @property
    def rpaths(self) -> list[str]:
        return self.strings(0x1C | REQ)

    @property
    def ident(self) -> list[str]:
        return self.strings(0xD)

    def one(self, *kinds: int) -> bytes | None:
        found = [raw for cmd, _, raw in self.cmds if cmd in kinds]
        assert len(found) <= 1, f"command {kinds} stands twice"
        return found[0] if found else None

    @property
    def signature(self) -> tuple[int, int] | None:
        raw = self.one(0x1D)
        return (self.u32(raw, 8), self.u32(raw, 12)) if raw else None

    @property
    def content_start(self) -> int:
        starts = [
            o
            for s in self.segs
            for _, _, n, o, f in s.sections
            if n and o and f & 0xFF not in (1, 12, 18)
        ]
        return min(starts + [s.fileoff for s in self.segs if s.fileoff and s.filesize])


def slices(data: bytes) -> list[tuple[int, int, int, int, int]]:
    """Return cputype, subtype, offset, size and align of each slice."""
    magic = data[:4]
    if magic == b"\xca\xfe\xba\xbe":
        n = struct.unpack_from(">I", data, 4)[0]
        return [struct.unpack_from(">5I", data, 8 + 20 * i) for i in range(n)]
    if magic == b"\xca\xfe\xba\xbf":
        n = struct.unpack_from(">I", data, 4)[0]
        return [struct.unpack_from(">2I2QI", data, 8 + 32 * i) for i in range(n)]
    end = "<" if magic in (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe") else ">"
    cpu, sub = struct.unpack_from(end + "2I", data, 4)
    return [(cpu, sub, 0, len(data), 0)]


def thins(data: bytes) -> list[Thin]:
    return [parse(data[o : o + n]) for _, _, o, n, _ in slices(data)]


def parse(data: bytes) -> Thin:
    magic = data[:4]
    end = "<" if magic[0] in (0xCE, 0xCF) else ">"
    wide = 0xCF in (magic[0], magic[3])
    assert magic in (
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
    )
    cpu, _, kind, ncmds, total, flags = struct.unpack_from(end + "6I", data, 4)
    thin = Thin(data, end, wide, cpu, kind, flags)
    at = 32 if wide else 28
    thin.cmds_end = at + total
    for _ in range(ncmds):
        cmd, size = struct.unpack_from(end + "2I", data, at)
        assert size >= 8, f"command {cmd:#x} of {size} bytes"
        assert size % (8 if wide else 4) == 0, f"command {cmd:#x} of {size} bytes"
        raw = data[at : at + size]
        thin.cmds.append((cmd, at, raw))
        if cmd in (0x19, 0x1):
            thin.segs.append(_segment(thin, raw, wide=cmd == 0x19))
        at += size
    assert at == thin.cmds_end, "sizeofcmds is not the sum of the commands"
    return thin


def _segment(thin: Thin, raw: bytes, *, wide: bool) -> Seg:
    form, head, row = ("4Q", 72, 80) if wide else ("4I", 56, 68)
    vmaddr, vmsize, off, size = struct.unpack_from(thin.end + form, raw, 24)
    count = thin.u32(raw, head - 8)
    sections = []
    for i in range(count):
        at = head + row * i
        name = raw[at : at + 16].rstrip(b"\0").decode()
        addr, n = struct.unpack_from(thin.end + ("2Q" if wide else "2I"), raw, at + 32)
        o = thin.u32(raw, at + (48 if wide else 40))
        f = thin.u32(raw, at + (64 if wide else 56))
        sections.append((name, addr, n, o, f))
    return Seg(raw[8:24].rstrip(b"\0").decode(), vmaddr, vmsize, off, size, sections)


def linkedit_ranges(thin: Thin) -> dict[str, tuple[int, int]]:
    """Return what lies in __LINKEDIT, by name: offset and size."""
    out: dict[str, tuple[int, int]] = {}
    for cmd, _, raw in thin.cmds:
        u = [thin.u32(raw, at) for at in range(0, min(len(raw), 80) - 3, 4)]
        if cmd == 2:
            out["symbols"] = (u[2], u[3] * (16 if thin.wide else 12))
            out["strings"] = (u[4], u[5])
        elif cmd == 0xB:
            out["indirect"] = (u[14], u[15] * 4)
        elif cmd in (0x22, 0x22 | REQ):
            for i, name in enumerate(("rebase", "bind", "weak", "lazy", "export")):
                out[name] = (u[2 + 2 * i], u[3 + 2 * i])
        elif cmd in LINKEDIT_DATA:
            out[f"{cmd & ~REQ:#x}"] = (u[2], u[3])
    return {k: v for k, v in out.items() if v[1]}


def check(data: bytes) -> list[Thin]:
    """Assert all that dyld and the kernel ask of a file; return its slices."""
    where = slices(data)
    assert where
    last = 0
    for cpu, sub, offset, size, align in where:
        assert offset % (1 << align) == 0, "slice is not aligned"
        assert offset >= last, "slices overlap or are out of order"
        last = offset + size
        image = data[offset : offset + size]
        end = "<" if image[0] in (0xCE, 0xCF) else ">"
        assert struct.unpack_from(end + "2I", image, 4) == (cpu, sub)
    assert last == len(data)
    found = thins(data)
    for thin in found:
        check_thin(thin)
    return found


def check_thin(thin: Thin) -> None:
    assert thin.cmds_end <= thin.content_start, "load commands reach into the content"
    page = 0x4000 if thin.cputype == 0x0100000C else 0x1000
    end_file = end_vm = 0
    for seg in thin.segs:
        if seg.filesize:
            assert seg.fileoff >= end_file, seg
            assert seg.fileoff % page == 0, seg
            end_file = seg.fileoff + seg.filesize
        assert seg.vmaddr >= end_vm, seg
        assert seg.vmaddr % page == 0, seg
        assert seg.vmsize >= seg.filesize, seg
        end_vm = seg.vmaddr + seg.vmsize
        for name, addr, size, offset, flags in seg.sections:
            assert seg.vmaddr <= addr <= addr + size <= end_vm, name
            if size and flags & 0xFF not in (1, 12, 18):
                assert addr - seg.vmaddr == offset - seg.fileoff, name
    linkedit = thin.segs[-1]
    assert linkedit.name == "__LINKEDIT"
    assert linkedit.fileoff + linkedit.filesize == len(thin.data)
    ranges = sorted((o, o + n, name) for name, (o, n) in linkedit_ranges(thin).items())
    for (_, stop, a), (start, _, b) in itertools.pairwise(ranges):
        assert stop <= start, f"{a} and {b} overlap"
    assert all(linkedit.fileoff <= start <= stop <= len(thin.data) for start, stop, _ in ranges)
    if thin.signature:
        check_signature(thin)
    else:
        assert thin.cputype != 0x0100000C, "arm64 without a signature"


def check_signature(thin: Thin) -> dict[str, Any]:
    """Assert that every hash of the signature is right; return what it says."""
    assert thin.signature
    offset, size = thin.signature
    assert offset % 16 == 0
    assert offset + size == len(thin.data), "the signature is not last"
    sig = thin.data[offset:]
    magic, length, count = struct.unpack_from(">3I", sig)
    assert magic == 0xFADE0CC0
    assert length <= size
    blobs = {}
    for i in range(count):
        slot, at = struct.unpack_from(">2I", sig, 12 + 8 * i)
        n = struct.unpack_from(">I", sig, at + 4)[0]
        assert at + n <= length
        blobs[slot] = sig[at : at + n]
    # Signatures for old systems have a second directory; the first has SHA-1 then.
    directories = [blob for slot, blob in sorted(blobs.items()) if slot in {0, 4096}]
    said = [_check_directory(thin, cd, offset, blobs) for cd in directories]
    assert said[-1].pop("hash") == "sha256"
    return said[-1] | {"slots": {slot: blob for slot, blob in blobs.items() if slot}}


def _check_directory(thin: Thin, cd: bytes, offset: int, blobs: dict[int, bytes]) -> dict[str, Any]:
    (magic, n, version, flags, hashes, ident, special, slots, limit) = struct.unpack_from(">9I", cd)
    hash_size, hash_type, platform, bits = struct.unpack_from("4B", cd, 36)
    assert magic == 0xFADE0C02
    assert n == len(cd)
    assert version >= 0x20400
    assert platform == 0
    name = {(20, 1): "sha1", (32, 2): "sha256"}[hash_size, hash_type]
    assert bits in (12, 14)
    assert limit == offset, "codeLimit"
    assert slots == -(-limit // (1 << bits))
    for i in range(slots):
        page = thin.data[i << bits : min((i + 1) << bits, limit)]
        want = hashlib.new(name, page).digest()
        assert cd[hashes + hash_size * i :][:hash_size] == want, f"page {i}"
    for slot in range(1, special + 1):
        want = hashlib.new(name, blobs[slot]).digest() if slot in blobs else bytes(hash_size)
        assert cd[hashes - hash_size * slot :][:hash_size] == want, f"special slot {slot}"
    return {
        "hash": name,
        "identifier": cd[ident:].split(b"\0")[0].decode(),
        "flags": flags,
        "page_size": 1 << bits,
        "exec": struct.unpack_from(">3Q", cd, 64),
    }


# What a process would see of an image.


def uleb(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
        shift += 7


def exports(thin: Thin) -> dict[str, tuple[int, ...]]:
    """Return each exported name with its flags and numbers, addresses from the header."""
    ranges = linkedit_ranges(thin)
    where = ranges.get("0x33") or ranges.get("export")
    out: dict[str, tuple[int, ...]] = {}

    def walk(trie: bytes, at: int, name: bytes) -> None:
        size, here = uleb(trie, at)
        if size:
            flags, pos = uleb(trie, here)
            value, pos = uleb(trie, pos)
            more = uleb(trie, pos)[:1] if flags & 0x10 else ()
            out[name.decode()] = (flags, value, *more)
        here += size
        count, here = trie[here], here + 1
        for _ in range(count):
            stop = trie.index(b"\0", here)
            child, after = uleb(trie, stop + 1)
            walk(trie, child, name + trie[here:stop])
            here = after

    if where:
        walk(thin.data[where[0] : sum(where)], 0, b"")
    return out


def nlist(thin: Thin) -> list[tuple[str, int, int, int, int]]:
    """Return name, type, section, description and value of each symbol."""
    raw = thin.one(2)
    if raw is None:
        return []
    symoff, count, stroff, _ = struct.unpack_from(thin.end + "4I", raw, 8)
    out = []
    for i in range(count):
        form = thin.end + ("IBBHQ" if thin.wide else "IBBHI")
        strx, kind, sect, desc, value = struct.unpack_from(
            form, thin.data, symoff + struct.calcsize(form) * i
        )
        stop = thin.data.index(b"\0", stroff + strx)
        out.append((thin.data[stroff + strx : stop].decode(), kind, sect, desc, value))
    return out


def function_starts(thin: Thin) -> list[int]:
    where = linkedit_ranges(thin).get("0x26")
    if not where:
        return []
    table, at, out, total = thin.data[where[0] : sum(where)], 0, [], 0
    while at < len(table):
        step, at = uleb(table, at)
        if not step:
            break
        total += step
        out.append(total)
    return out


def mapped(thin: Thin, base: int) -> dict[str, bytearray]:
    """Map an image with its header at ``base`` and slide its pointers; by segment name."""
    preferred = thin.segs[0].vmaddr
    slide = base - preferred
    memory = {
        s.name: bytearray(thin.data[s.fileoff : s.fileoff + s.filesize].ljust(s.vmsize, b"\0"))
        for s in thin.segs
    }
    ranges = linkedit_ranges(thin)
    if "rebase" in ranges:
        for index, at in _rebase_places(thin.data[ranges["rebase"][0] : sum(ranges["rebase"])]):
            mem = memory[thin.segs[index].name]
            (value,) = struct.unpack_from("<Q", mem, at)
            struct.pack_into("<Q", mem, at, (value + slide) % 2**64)
    if "0x34" in ranges:
        _run_chains(thin, thin.data[ranges["0x34"][0] : sum(ranges["0x34"])], memory, base, slide)
    return memory


def _rebase_places(ops: bytes) -> list[tuple[int, int]]:  # noqa: C901 - a branch an opcode
    out, at, seg, i = [], 0, 0, 0
    while i < len(ops):
        op, imm, i = ops[i] & 0xF0, ops[i] & 15, i + 1
        count, step = 0, 8
        if op == 0:
            break
        if op == 0x20:
            seg = imm
            at, i = uleb(ops, i)
        elif op == 0x30:
            n, i = uleb(ops, i)
            at += n
        elif op == 0x40:
            at += 8 * imm
        elif op == 0x50:
            count = imm
        elif op == 0x60:
            count, i = uleb(ops, i)
        elif op == 0x70:
            n, i = uleb(ops, i)
            count, step = 1, 8 + n
        elif op == 0x80:
            count, i = uleb(ops, i)
            n, i = uleb(ops, i)
            step = 8 + n
        else:
            assert op == 0x10
            assert imm == 1
        for _ in range(count):
            out.append((seg, at % 2**64))
            at += step
        at %= 2**64
    return out


def _run_chains(
    thin: Thin, fix: bytes, memory: dict[str, bytearray], base: int, slide: int
) -> None:
    (starts,) = struct.unpack_from("<I", fix, 4)
    (count,) = struct.unpack_from("<I", fix, starts)
    for index in range(count):
        (info,) = struct.unpack_from("<I", fix, starts + 4 + 4 * index)
        if not info:
            continue
        _, page_size, form, seg_off, _, pages = struct.unpack_from("<IHHQIH", fix, starts + info)
        seg = next(s for s in thin.segs if s.vmaddr == thin.segs[0].vmaddr + seg_off)
        assert seg is thin.segs[index]
        mem = memory[seg.name]
        for page in range(pages):
            (first,) = struct.unpack_from("<H", fix, starts + info + 22 + 2 * page)
            at = page * page_size + first
            while first != 0xFFFF:
                (p,) = struct.unpack_from("<Q", mem, at)
                step = (p >> 51 & 0xFFF) * 4
                if p >> 63:
                    value = p & (1 << 32) - 1 | 1 << 63  # a bind: ordinal and addend
                else:
                    target = p & (1 << 36) - 1
                    value = (
                        target + (base if form == 6 else slide) | (p >> 36 & 0xFF) << 56
                    ) % 2**64
                struct.pack_into("<Q", mem, at, value)
                if not step:
                    break
                at += step


def unwind_functions(thin: Thin) -> list[tuple[int, ...]]:
    """Return each entry of the compact unwind table: function, encoding, personality, LSDA."""
    found = [s for g in thin.segs for s in g.sections if s[0] == "__unwind_info"]
    if not found:
        return []
    _, _, size, offset, _ = found[0]
    u = thin.data[offset : offset + size]
    _, common_at, common_n, pers_at, pers_n, index_at, index_n = struct.unpack_from("<7I", u)
    common = struct.unpack_from(f"<{common_n}I", u, common_at)
    persons = struct.unpack_from(f"<{pers_n}I", u, pers_at)
    rows = [struct.unpack_from("<3I", u, index_at + 12 * i) for i in range(index_n)]
    lsda = dict(struct.iter_unpack("<2I", u[rows[0][2] : rows[-1][2]])) if rows else {}
    out: list[tuple[int, ...]] = [(0, p) for p in persons] + [(1, *pair) for pair in lsda.items()]
    for start, page, _ in rows:
        out.append((2, start))
        if not page:
            continue
        (kind,) = struct.unpack_from("<I", u, page)
        at, n = struct.unpack_from("<2H", u, page + 4)
        if kind == 2:
            out += [
                (3, f, e) for f, e in struct.iter_unpack("<2I", u[page + at : page + at + 8 * n])
            ]
        else:
            assert kind == 3
            local_at, local_n = struct.unpack_from("<2H", u, page + 8)
            local = struct.unpack_from(f"<{local_n}I", u, page + local_at)
            for (entry,) in struct.iter_unpack("<I", u[page + at : page + at + 4 * n]):
                out.append((3, start + (entry & 0xFFFFFF), (common + local)[entry >> 24]))
    return out
