#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "directory/objects.h"
#include "directory/query.h"

// The users of a tenant with the state of their photos: docs/cameo-api.md, "People". Plain values
// of Store::people and Store::coverage.
namespace cameo::directory {

// A largest size whose shorter side has fewer pixels is small.
inline constexpr int kLargeSide = 648;

struct PeopleQuery {
    enum class Photo : std::uint8_t {
        all,    // with and without a photo
        none,   // without one
        small,  // with one whose largest size is under kLargeSide
        any,    // with one
    };

    std::string tenant;
    std::optional<Search> search;
    std::optional<std::string> department;       // exactly; empty: those without one
    std::optional<std::string> office_location;  // exactly; empty: those without one
    std::string group;                           // id of a group of which they are members
    Photo photo = Photo::all;
    std::optional<Instant> changed_since;  // whose photo was stored or removed later
    std::optional<Cursor> after;           // displayName and id
    std::size_t top = 100;
    bool count = false;
};

// The state of a photo, of its largest size.
struct PersonPhoto {
    std::string etag;  // without quotes
    int width = 0;     // pixels
    int height = 0;    // pixels
    Instant modified{};
    std::string source;  // photo::Origin::source

    bool operator==(const PersonPhoto&) const = default;
};

struct Person {
    User user;
    std::optional<PersonPhoto> photo;
    bool locked = false;  // the person cannot change the photo

    bool operator==(const Person&) const = default;
};

// The property by which coverage is counted.
enum class CoverageBy : std::uint8_t { department, office_location };

// How many people with that value of the property have a photo.
struct CoverageRow {
    std::string name;  // empty: those without the property
    std::uint64_t people = 0;
    std::uint64_t with_photo = 0;
    std::uint64_t small = 0;  // of with_photo

    bool operator==(const CoverageRow&) const = default;
};

}  // namespace cameo::directory
