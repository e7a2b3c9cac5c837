#include "graph/json_reply.h"

#include <boost/json/serialize.hpp>
#include <utility>

namespace cameo::graph {

http::Reply json_reply(int status, const boost::json::object& body, std::string fields) {
    fields += "Content-Type: application/json\r\n";
    return {.status = status, .fields = std::move(fields), .body = boost::json::serialize(body)};
}

http::Reply negotiated(http::Reply reply) {
    reply.vary.accept = true;
    return reply;
}

}  // namespace cameo::graph
