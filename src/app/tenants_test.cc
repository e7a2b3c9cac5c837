#include "app/tenants.h"
