#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matching/owner_index.h"

// Which owner each picture of a set is for: docs/transfer.md, "Import". For `cameo import` and for
// /cameo/v1/runs/match, so that both give the same result. Pure functions.
namespace cameo::matching {

// Whether the file's name has the extension of a picture, in any letter case: jpg jpeg jpe jfif
// pjpeg pjp png webp gif heic heif hif avif.
bool is_picture_name(std::string_view file);

// The name of the owner in the name of a file: without the folders before it and without the
// extension of a picture.
std::string_view owner_name_of(std::string_view file);

enum class MatchState : std::uint8_t {
    matched,    // one owner has the name, and no other picture is for that owner
    unmatched,  // no owner has the name
    ambiguous,  // several owners have it
    duplicate,  // several pictures are for its one owner: it is unknown which is the right one
};

struct Match {
    MatchState state = MatchState::unmatched;
    std::vector<std::size_t> owners;  // positions in OwnerIndex::entries, ascending
    std::size_t other = 0;            // of a duplicate: position of another name of that owner
};

// One match for each name (without its extension), in their order.
std::vector<Match> match_names(const OwnerIndex& owners, std::span<const std::string> names);

}  // namespace cameo::matching
