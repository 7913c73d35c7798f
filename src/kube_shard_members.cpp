#include <penstock/kube/impl/shard_members.ipp>
