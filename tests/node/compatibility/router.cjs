// The tests know their router by port 4000; ours listens where there is room.
require('@apollo/federation-subgraph-compatibility-tests/dist/utils/client').ROUTER_URL = process.env.ROUTER_URL;
