// One step of the OAuth 1.0a dance with the npm package oauth-1.0a, run by the
// Go test TestOAuthNodeClient: node oauth-dance.cjs URL KEY SECRET STEP ARGS...
const crypto = require('crypto');
const OAuth = require('oauth-1.0a');

const [base, key, secret, step, ...args] = process.argv.slice(2);
const oauth = OAuth({
	consumer: { key, secret },
	signature_method: 'HMAC-SHA256',
	hash_function: (text, k) => crypto.createHmac('sha256', k).update(text).digest('base64'),
});

async function send(method, url, data, token, inQuery) {
	const params = oauth.authorize({ method, url, data }, token);
	const init = { method, headers: {} };
	if (inQuery) {
		url += (url.includes('?') ? '&' : '?') + new URLSearchParams(
			Object.entries(params).filter(([name]) => name.startsWith('oauth_')));
	} else {
		init.headers = oauth.toHeader(params);
	}
	if (data && method !== 'GET') {
		init.headers['Content-Type'] = 'application/x-www-form-urlencoded';
		// The package puts oauth_ data into the header; once is enough.
		init.body = new URLSearchParams(Object.entries(data).filter(([name]) => !name.startsWith('oauth_'))).toString();
	}
	return fetch(url, init);
}

async function main() {
	switch (step) {
		case 'request': {
			const r = await send('POST', base + '/oauth1/request', { oauth_callback: args[0] });
			return r.text();
		}
		case 'access': {
			const r = await send('POST', base + '/oauth1/access', { oauth_verifier: args[2] }, { key: args[0], secret: args[1] });
			return r.text();
		}
		case 'api': {
			const token = { key: args[0], secret: args[1] };
			const me = base + '/wp-json/wp/v2/users/me';
			const get = await send('GET', me + '?context=edit', undefined, token, true);
			const header = await send('GET', me, undefined, token);
			const post = await send('POST', base + '/wp-json/wp/v2/posts', { title: 'From node, with ümlauts & all', status: 'draft' }, token);
			return `get=${get.status}&header=${header.status}&post=${post.status}`;
		}
	}
	throw new Error('unknown step ' + step);
}

main().then((text) => console.log(text), (err) => { console.error(err); process.exit(1); });
