-- wrk -s post.lua URL -- KEY ITEMS: delivery notes of 5 lines with random items; see load.py.
local key, items, companies, time0
local query = [[mutation Deliver($input: SubmitDeliveryNoteInput!) { submitDeliveryNote(input: $input) { deliveryNote { id number postingDate grandTotal lines { line quantity rate amount } stockMovements { quantity cost } } errors { code message path } replayed } }]]
local today = os.date("!%Y-%m-%d")  -- as goods leave; late facts are the goal `backdated`
local quantities = {3, 1, 4, 1, 5}
local random = math.random
bad = 0
first_bad = ""

function init(args)
  key, items, companies = args[1], tonumber(args[2]), tonumber(args[3])
  local file = io.open("/dev/urandom", "rb")
  local a, b, c, d = file:read(4):byte(1, 4)
  file:close()
  math.randomseed(((a * 256 + b) * 256 + c) * 128 + d % 128)
end

local function uuid()  -- version 7: its time in front, so that index pages stay together
  local ms = os.time() * 1000 + random(0, 999)
  return string.format("%08x-%04x-7%03x-%04x-%06x%06x", math.floor(ms / 65536), ms % 65536,
    random(0, 4095), random(32768, 49151), random(0, 16777215), random(0, 16777215))
end

function request()
  local r, w, lines = random(0, items - 1), random(1, 5), {}
  local step = items > 100 and 499 or 1
  for k = 0, 4 do
    lines[k + 1] = string.format('{"item":{"sku":"I%d"},"warehouse":{"code":"W%d"},"quantity":"%d","rate":"9.50"}',
      1 + (r + k * step) % items, w, quantities[k + 1])
  end
  local body = string.format('{"query":"%s","variables":{"input":{"id":"%s","company":{"code":"C%d"},"customer":{"code":"C"},"postingDate":"%s","reference":"PO 1","lines":[%s]}}}',
    query, uuid(), random(1, companies), today, table.concat(lines, ","))
  return wrk.format("POST", "/graphql", {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key}, body)
end

function response(status, headers, body)
  if status ~= 200 or not body:find('"errors":[],"replayed"', 1, true) then
    bad = bad + 1
    if bad == 1 then first_bad = status .. " " .. body:sub(1, 300) end
  end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function done(summary, latency, requests)
  local refused, example = 0, ""
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("bad")
    if thread:get("bad") > 0 then example = thread:get("first_bad") end
  end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), refused + errors.connect + errors.read + errors.write + errors.timeout))
  if refused > 0 then io.write("FIRST " .. example .. "\n") end
end
