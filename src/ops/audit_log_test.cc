#include "ops/audit_log.h"

#include <gmock/gmock.h>

namespace cameo::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

AuditEntry entry() {
    return {.time = Instant(std::chrono::milliseconds(1'739'445'425'007)),
            .tenant = "t",
            .user = "u",
            .app = "browser",
            .method = "PUT",
            .target = "/v1.0/me/photo/$value?x=1",
            .whose = "users/u",
            .status = 200,
            .request_id = "r",
            .remote = "203.0.113.5"};
}

std::string audit_line(const AuditEntry& entry) {
    std::string line;
    append_audit_line(line, entry);
    return line;
}

TEST(AuditLog, ALineIsOneJsonObject) {
    EXPECT_EQ(audit_line(entry()),
              R"({"time":"2025-02-13T11:17:05.007Z","log":"audit","tenant":"t","user":"u",)"
              R"("app":"browser","method":"PUT","path":"/v1.0/me/photo/$value","whose":"users/u",)"
              R"("outcome":"done","status":200,"request_id":"r","remote":"203.0.113.5"})");
}

TEST(AuditLog, WhatIsNotKnownIsLeftOut) {
    EXPECT_EQ(audit_line({.method = "GET", .target = "/", .status = 401}),
              R"({"time":"1970-01-01T00:00:00.000Z","log":"audit","method":"GET","path":"/",)"
              R"("outcome":"refused","status":401})");
}

TEST(AuditLog, TheOutcomeIsTheStatussClass) {
    auto failed = entry();
    failed.status = 503;
    EXPECT_THAT(audit_line(failed), HasSubstr(R"("outcome":"failed","status":503)"));
    failed.status = 404;
    EXPECT_THAT(audit_line(failed), HasSubstr(R"("outcome":"refused","status":404)"));
}

TEST(AuditLog, ATokenInAPathIsLeftOut) {
    auto pasted = entry();
    pasted.target = "/v1.0/users/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln-_/photo";
    pasted.app = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln-_";
    const auto line = audit_line(pasted);
    EXPECT_THAT(line, HasSubstr(R"("path":"/v1.0/users/[token]/photo")"));
    EXPECT_THAT(line, HasSubstr(R"("app":"[token]")"));
    EXPECT_THAT(line, Not(HasSubstr("eyJ")));
}

TEST(AuditLog, HostileTextStaysInsideItsString) {
    auto hostile = entry();
    hostile.app = "\"}\n{";
    EXPECT_THAT(audit_line(hostile), HasSubstr(R"("app":"\"}\u000a{")"));
}

TEST(AuditLog, ALineOfLongFieldsIsBounded) {
    const std::string longest(50'000, '"');
    AuditEntry all{.tenant = longest, .user = longest, .app = longest, .method = longest};
    all.target = all.whose = all.request_id = all.remote = longest;
    EXPECT_LT(audit_line(all).size(), 9'000U);
}

}  // namespace
}  // namespace cameo::ops
