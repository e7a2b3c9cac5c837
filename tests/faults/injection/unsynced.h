// What a process has written and not synced, so that a power cut can undo it: the bytes of files,
// and the entries of folders. Thread-safe. It assumes the worst that POSIX allows: bytes are
// durable after an fsync of their file, an entry after an fsync of its folder.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace cameo::faults {

// Before a write or a truncation: keeps `length` bytes from `offset` as they are, and the file's
// size.
void remember_bytes(int descriptor, off_t offset, std::size_t length);

// Called after a file, a link or a folder was created at `path`.
void remember_new_entry(const std::string& path);

// Called before a rename over `path` or its removal: keeps the file by another name. Empty if
// there is none.
std::string stash(const std::string& path);
void drop_stash(const std::string& stashed);

// Called after the rename or the removal.
void remember_rename(const std::string& from, const std::string& to, const std::string& stashed);
void remember_removal(const std::string& path, const std::string& stashed);

// Called after a sync of a file, a folder or the whole file system.
void forget_synced(int descriptor, const std::string& path);
void forget_all();

[[noreturn]] void end_process();

// Undoes what was not synced, then ends the process. `partial`: each write is lost or kept at
// random; a journal keeps the changes of folders in order, so only a tail of those is lost.
[[noreturn]] void cut_power(bool partial, std::uint64_t seed);

}  // namespace cameo::faults
