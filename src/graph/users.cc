#include "graph/users.h"

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/objects.h"
#include "graph/authorize.h"
