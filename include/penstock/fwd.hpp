#ifndef PENSTOCK_FWD_HPP
#define PENSTOCK_FWD_HPP

/** Names of the classes that appear in other people's interfaces, without what they are made of. */
namespace penstock {

class secret;
class failure;

namespace process {
class command;
class child;
}  // namespace process

namespace auth {
class token;
class installation_key;
class service_account_key;
}  // namespace auth

namespace http {
class fields;
class request;
class response;
class request_head;
class exchange;
class client;
class server;
}  // namespace http

}  // namespace penstock

#endif  // PENSTOCK_FWD_HPP
