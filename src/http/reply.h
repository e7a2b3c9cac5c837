#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cameo::http {

// Text that is either owned, or borrowed from something that is kept alive with it.
class SharedText {
  public:
    SharedText() = default;
    SharedText(std::string text) : own_(std::move(text)) {}  // NOLINT: conversion is the point
    SharedText(const char* text) : own_(text) {}             // NOLINT: conversion is the point
    // `view` lies in what `keep` keeps, or in a constant (null keep).
    SharedText(std::string_view view, std::shared_ptr<const void> keep)
        : view_(view), keep_(std::move(keep)), borrowed_(true) {}

    std::string_view view() const { return borrowed_ ? view_ : std::string_view(own_); }

  private:
    std::string own_;
    std::string_view view_;
    std::shared_ptr<const void> keep_;
    bool borrowed_ = false;
};

// A body that is made piece by piece while it is sent, for answers too long to be made whole first.
class BodySource {
  public:
    virtual ~BodySource() = default;

    // The next piece; nullopt at the end. Runs on the pool of the request's continuation, one call
    // at a time, each after the piece before it was sent; may block. Where it throws, the
    // connection is closed, so that the client does not take a part for the whole.
    virtual std::optional<std::string> next() = 0;
};

// The request fields that an answer depends on: the names in its one `Vary` line (RFC 9110 section
// 12.5.5). One line, because nginx's cache reads only the last of several.
struct Vary {
    bool accept = false;
    bool authorization = false;
    bool origin = false;
};

// The answer to one request. The session adds the status line, Date, Content-Length (never on 1xx,
// 204, 304), request-id, client-request-id, Vary, X-Content-Type-Options, Connection and the lines
// of ServerSettings; and leaves the body out where the method is HEAD.
struct Reply {
    int status = 200;
    SharedText fields;  // header lines, each `Name: value\r\n`; may be empty
    SharedText body;
    SharedText more_fields;  // further lines, of whoever stands between handler and session
    // Where it is set the body comes from here, in chunks (RFC 9112 section 7.1), and `body` is
    // empty.
    std::shared_ptr<BodySource> source;
    Vary vary;
};

}  // namespace cameo::http
