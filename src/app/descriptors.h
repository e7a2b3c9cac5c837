#pragma once

#include <cstddef>
#include <string>

#include "app/config.h"
#include "base/result.h"

// How many files and connections the process may have open at once. Called at the start of
// `cameo serve`, before there is another thread.
namespace cameo::app {

// Raises the soft limit (RLIMIT_NOFILE) to the hard one. The limit that holds now, in descriptors.
std::size_t raise_descriptor_limit();

// How many descriptors stores, workers, pools and commands may need beside the connections;
// docs/configuration.md has the sum.
std::size_t descriptor_reserve(const Config& config);

// Lowers [http] max_connections, and how many are refused at once beside them, to what
// `descriptors` leaves above the reserve. A sentence for the log, empty where nothing was lowered.
// Fault::internal, with a sentence for the operator, where too few are left.
Result<std::string> fit_connections(std::size_t descriptors, Config& config);

}  // namespace cameo::app
