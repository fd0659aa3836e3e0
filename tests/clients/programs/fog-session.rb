# Goes through the storage requests of fog-aliyun, and prints what each step gave.
require 'json'
require 'fog/aliyun'

results = {}
step = lambda do |name, &action|
  results[name] = action.call
rescue StandardError => e
  results[name] = "#{e.class}: #{e.message}"
end

fog = Fog::Storage.new(
  provider: 'Aliyun', aliyun_accesskey_id: ENV.fetch('KEY_ID'), aliyun_accesskey_secret: ENV.fetch('SECRET'),
  aliyun_oss_endpoint: 'http://oss-cn-hangzhou.aliyuncs.com', aliyun_region_id: 'cn-hangzhou',
  aliyun_oss_bucket: 'client-bucket'
)
step.call('list buckets') { fog.list_buckets['Bucket'].flat_map { |bucket| bucket['Name'] } }
step.call('create bucket') { fog.put_bucket('fog-bucket').status }
step.call('delete bucket') { fog.delete_bucket('fog-bucket').status }
step.call('write') { fog.put_object('dir/fog.txt', StringIO.new('hello fog')).status }
step.call('read') { fog.get_object('a')[:body] }
step.call('head') { fog.head_object('a').headers['Content-Length'] }
step.call('list') { fog.list_objects(prefix: 'dir/')['Contents'].flat_map { |item| item['Key'] } }
step.call('copy') { fog.copy_object('client-bucket', 'a', 'client-bucket', 'copy').status }
step.call('delete') { fog.delete_object('copy').status }
puts JSON.generate(results)
