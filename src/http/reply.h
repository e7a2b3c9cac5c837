#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace cameo::http {

// Immutable text of a reply: an owned string, or a view of memory that a shared pointer owns. A
// view costs no copy and no allocation, so cached photos and their header lines are sent as views.
// A copy of this copies an owned string. Not thread-safe.
class SharedText {
  public:
    SharedText() = default;
    SharedText(std::string text) : text_(std::move(text)) {}    // NOLINT: implicit on purpose
    SharedText(const char* text) : text_(std::string(text)) {}  // NOLINT: implicit on purpose
    // `view` points into memory that `owner` owns, or into a constant (null owner).
    SharedText(std::string_view view, std::shared_ptr<const void> owner)
        : text_(Borrowed{view, std::move(owner)}) {}

    // Valid as long as this object. A move invalidates it if the string is owned.
    std::string_view view() const {
        const auto* borrowed = std::get_if<Borrowed>(&text_);
        return borrowed != nullptr ? borrowed->view : std::get<std::string>(text_);
    }

  private:
    struct Borrowed {
        std::string_view view;
        std::shared_ptr<const void> owner;
    };
    std::variant<std::string, Borrowed> text_;
};

// A body that is made in pieces while it is sent, for replies too large to be complete in memory.
class BodySource {
  public:
    virtual ~BodySource() = default;

    // The next piece; nullopt at the end. Runs on the pool of the request's continuation, one call
    // at a time, each after the previous piece was sent; may block. If it throws, the
    // connection is closed, so that the client does not take a part for the whole.
    virtual std::optional<std::string> next() = 0;
};

// The request fields on which a reply depends: the names in its one `Vary` line (RFC 9110 section
// 12.5.5). One line, because nginx's cache reads only the last of several.
struct Vary {
    bool accept = false;
    bool authorization = false;
    bool origin = false;
};

// The reply to one request. The connection adds the status line, Date, Content-Length (never on
// 1xx, 204, 304), request-id, client-request-id, Vary, X-Content-Type-Options, Connection and the
// lines of ServerSettings. It sends no body where the method is HEAD.
struct Reply {
    int status = 200;
    SharedText fields;  // header lines, each `Name: value\r\n`; may be empty
    SharedText body;
    SharedText more_fields;  // header lines of a layer between handler and connection (CORS)
    // If set, the source of the body, which is sent in chunks (RFC 9112 section 7.1); `body` is
    // then empty. REQUIRES: the reply of a continuation.
    std::shared_ptr<BodySource> source;
    Vary vary;
};

}  // namespace cameo::http
