#include <penstock/observe/impl/json_lines.ipp>
