#include "photo/photo.h"

#include <algorithm>

namespace cameo::photo {

const Rendition* Photo::find(Size size) const {
    const auto found = std::ranges::find(renditions, size, &Rendition::size);
    return found == renditions.end() ? nullptr : &*found;
}

bool WriteCondition::holds(const std::optional<Version>& current) const {
    if (must_exist && !current) return false;
    if (must_not_exist && current) return false;
    if (any_of && (!current || std::ranges::find(*any_of, current->etag) == any_of->end()))
        return false;
    if (blob_key && (!current || *blob_key != current->blob_key)) return false;
    return true;
}

}  // namespace cameo::photo
