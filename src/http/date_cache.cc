#include "http/date_cache.h"

#include "http/http_date.h"

namespace cameo::http {

std::string_view DateCache::line(std::time_t now) {
    if (now != second_) {
        second_ = now;
        line_ = "Date: " + http_date(now) + "\r\n";
    }
    return line_;
}

}  // namespace cameo::http
