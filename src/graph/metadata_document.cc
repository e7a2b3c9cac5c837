#include "graph/metadata_document.h"

#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "base/owner.h"
#include "directory/objects.h"
#include "directory/property.h"
