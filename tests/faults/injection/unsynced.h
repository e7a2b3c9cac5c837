// What a process has written and not synced, so that a power cut can take it back: the bytes of
// files, and the entries of folders. Any thread may call any of it. The worst that POSIX allows is
// assumed: bytes last after an fsync of their file, an entry after an fsync of its folder.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cameo::faults {

// Before a write or a truncation: keeps `length` bytes from `offset` as they are, and the file's
// size.
void remember_bytes(int descriptor, off_t offset, std::size_t length);

// After a file, a link or a folder came to be at `path`.
void remember_new_entry(const std::string& path);

// Keeps what is at `path` by another name; empty where nothing is. Before a rename over it, or its
// removal.
std::string stash(const std::string& path);
void drop_stash(const std::string& stashed);

// After the rename or the removal was done.
void remember_rename(const std::string& from, const std::string& to, const std::string& stashed);
void remember_removal(const std::string& path, const std::string& stashed);

// After a sync of a file or a folder, or of the whole file system.
void forget_synced(int descriptor, const std::string& path);
void forget_all();

[[noreturn]] void end_process();

// Takes back what was not synced, then ends the process. `partial`: bytes are lost or kept by
// chance, one write by one; of the changes of folders, which a journal keeps in order, a tail is
// lost.
[[noreturn]] void cut_power(bool partial, std::uint64_t seed);

}  // namespace cameo::faults
