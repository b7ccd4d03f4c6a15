-- wrk -s post.lua URL -- KEY ITEMS COMPANIES PREFIX BATCH: delivery notes of 5 lines with random items,
-- one a request, or BATCH of them by submitBatch; see load.py. COMPANIES 0: the company PREFIX alone.
local key, items, companies, prefix, batch
local query = [[mutation Deliver($input: SubmitDeliveryNoteInput!) { submitDeliveryNote(input: $input) { deliveryNote { id number postingDate grandTotal lines { line quantity rate amount } stockMovements { quantity cost } } errors { code message path } replayed } }]]
local batch_query = [[mutation Deliver($input: SubmitBatchInput!) { submitBatch(input: $input) { results { document { id number } errors { code message path } replayed } errors { code message path } replayed } }]]
local quantities = {3, 1, 4, 1, 5}
local today = os.date("!%Y-%m-%d")  -- as goods leave; late facts are the goal `backdated`
local random = math.random
bad = 0
per_request = 1
first_bad = ""

function init(args)
  key, items, companies, prefix = args[1], tonumber(args[2]), tonumber(args[3]), args[4]
  batch = tonumber(args[5])
  per_request = batch
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

local function note(company)
  local r, w, lines = random(0, items - 1), random(1, 5), {}
  local step = items > 100 and 499 or 1
  for k = 0, 4 do
    lines[k + 1] = string.format('{"item":{"sku":"I%d"},"warehouse":{"code":"W%d"},"quantity":"%d","rate":"9.50"}',
      1 + (r + k * step) % items, w, quantities[k + 1])
  end
  return string.format('{"id":"%s","company":{"code":"%s"},"customer":{"code":"C"},"postingDate":"%s","reference":"PO 1","lines":[%s]}',
    uuid(), company, today, table.concat(lines, ","))
end

function request()
  local company, text, input = prefix, query, nil
  if companies > 0 then company = prefix .. random(1, companies) end
  if batch == 1 then
    input = note(company)
  else
    local notes = {}
    for k = 1, batch do notes[k] = '{"deliveryNote":' .. note(company) .. "}" end
    text = batch_query
    input = string.format('{"company":{"code":"%s"},"documents":[%s]}', company, table.concat(notes, ","))
  end
  local body = string.format('{"query":"%s","variables":{"input":%s}}', text, input)
  return wrk.format("POST", "/graphql", {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key}, body)
end

function response(status, headers, body)
  local refused = body:find('"errors":[{', 1, true) or not body:find('"errors":[],"replayed"', 1, true)
  if status ~= 200 or refused then
    bad = bad + 1
    if bad == 1 then first_bad = status .. " " .. body:sub(1, 300) end
  end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

local function thread_batch() return tonumber(threads[1]:get("per_request")) end

function done(summary, latency, requests)
  local refused, example = 0, ""
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("bad")
    if thread:get("bad") > 0 then example = thread:get("first_bad") end
  end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests * thread_batch(), summary.duration,
    latency:percentile(50), refused + errors.connect + errors.read + errors.write + errors.timeout))
  if refused > 0 then io.write("FIRST " .. example .. "\n") end
end
