#pragma once

#include "base/result.h"
#include "directory/objects.h"
