#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/owner.h"
#include "base/result.h"
#include "directory/objects.h"
