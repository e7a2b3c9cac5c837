#include "http/reply_head.h"

#include <gmock/gmock.h>

#include "http/http_date.h"

namespace cameo::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ReplyHead, ContainsEveryPart) {
    EXPECT_EQ(reply_head({.status = 200,
                          .date_line = "Date: now\r\n",
                          .request_id = "id",
                          .client_id = "client",
                          .body_size = 42,
                          .fields = "ETag: \"x\"\r\n",
                          .fixed_fields = "Fixed: x\r\n",
                          .vary = {.authorization = true}}),
              "HTTP/1.1 200 OK\r\nDate: now\r\nrequest-id: id\r\nclient-request-id: client\r\n"
              "Content-Length: 42\r\nX-Content-Type-Options: nosniff\r\nFixed: x\r\n"
              "Vary: Authorization\r\nETag: \"x\"\r\n\r\n");
}

TEST(ReplyHead, HasOneVaryLine) {
    for (const bool accept : {false, true})
        for (const bool authorization : {false, true})
            for (const bool origin : {false, true}) {
                std::string names;
                for (const auto& [is_one, name] :
                     {std::pair{accept, "Accept"}, std::pair{authorization, "Authorization"},
                      std::pair{origin, "Origin"}})
                    if (is_one) names.append(names.empty() ? "" : ", ").append(name);
                const auto line = names.empty() ? "" : "\r\nVary: " + names + "\r\n";
                const auto head = reply_head({.vary = {accept, authorization, origin}});
                EXPECT_THAT(head, HasSubstr(line));
                EXPECT_EQ(head.find("Vary") == std::string::npos, names.empty());
            }
}

TEST(ReplyHead, HasNoLengthOn204And304) {
    EXPECT_THAT(reply_head({.status = 204, .body_size = 3}), Not(HasSubstr("Content-Length")));
    EXPECT_THAT(reply_head({.status = 304, .body_size = 3}), Not(HasSubstr("Content-Length")));
    EXPECT_THAT(reply_head({.status = 404}), HasSubstr("Content-Length: 0\r\n"));
}

TEST(ReplyHead, TheReasonPhraseOfAnUnknownStatusIsEmpty) {
    EXPECT_THAT(reply_head({.status = 299}), testing::StartsWith("HTTP/1.1 299 \r\n"));
}

TEST(ReplyHead, HasTheConnectionField) {
    EXPECT_THAT(reply_head({.connection = ConnectionField::close}),
                HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(reply_head({.connection = ConnectionField::keep_alive}),
                HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(reply_head({}), Not(HasSubstr("Connection")));
}

TEST(DateCache, WritesAnImfFixdate) {
    DateCache cache;
    EXPECT_EQ(cache.line(784887151), "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n");
    EXPECT_EQ(cache.line(784887151), "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n");
    EXPECT_EQ(cache.line(784887152), "Date: Tue, 15 Nov 1994 08:12:32 GMT\r\n");
}

}  // namespace
}  // namespace cameo::http
