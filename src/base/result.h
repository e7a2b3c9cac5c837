#pragma once

#include <expected>
#include <string>
#include <utility>

// The result type of every module: Result<T> is a value or an Error. Absence that is normal is
// std::optional inside the Result, never an Error.
//
// Faults are terms of the domain; graph/errors.h alone maps them to HTTP statuses and Graph codes.
namespace cameo {

enum class Fault {
    unsupported_query,    // a query option, or a part of one, that is not supported
    malformed,            // a path, query, key, size or JSON body that does not parse
    unauthenticated,      // no token, or an invalid one
    denied,               // a valid token without the permission
    no_owner,             // the user (group, contact) does not exist
    no_photo,             // the owner exists; the photo, or that size of it, does not
    conflict,             // something else already has that name
    already_exists,       // what the request makes is there already, and is not changed
    precondition_failed,  // If-Match or If-None-Match on a write
    unsatisfiable_range,  // the detail is the length of the whole, in digits
    too_large,            // more bytes than the limit
    unsupported_format,   // picture format or content coding without support
    width_too_small,
    height_too_small,
    image_too_large,  // too many pixels, or a side too long
    invalid_image,    // damaged, truncated, or the decoder cannot read it
    throttled,        // the caller exceeds a limit; the detail is the seconds to wait, in digits
    busy,             // a queue is full or a deadline passed: try again
    internal,         // a fault of the server
    outcome_unknown,  // a fault of the server: it is unknown whether the write was stored; after
                      // any other fault of a write of the store, nothing was changed
};

// detail is a full sentence for a person. For `internal` and `outcome_unknown` it goes to the
// log only; for every other fault it may be sent to the client. cause is for the log too: the words
// of a library, which may quote what a client sent.
struct Error {
    Fault fault = Fault::internal;
    std::string detail;
    std::string cause;
};

// Whether the detail is for the log only.
constexpr bool is_server_fault(Fault fault) {
    return fault == Fault::internal || fault == Fault::outcome_unknown;
}

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Fault fault, std::string detail, std::string cause = {}) {
    return std::unexpected(Error{fault, std::move(detail), std::move(cause)});
}

}  // namespace cameo
