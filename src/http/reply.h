#pragma once

#include <memory>
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

// The answer to one request. The session adds the status line, Date, Content-Length (never on 1xx,
// 204, 304), request-id, client-request-id and Connection; and leaves the body out where the method
// is HEAD.
struct Reply {
    int status = 200;
    SharedText fields;  // header lines, each `Name: value\r\n`; may be empty
    SharedText body;
    SharedText more_fields;  // further lines, of whoever stands between handler and session
};

}  // namespace cameo::http
