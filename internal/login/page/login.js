(function () {
	'use strict';
	var body = document.body;
	body.classList.remove('no-js');
	body.classList.add('js');
	Array.prototype.forEach.call(document.querySelectorAll('.wp-hide-pw'), function (button) {
		var field = document.getElementById(button.getAttribute('aria-controls'));
		button.addEventListener('click', function () {
			var show = field.type === 'password';
			field.type = show ? 'text' : 'password';
			button.setAttribute('aria-label', show ? 'Hide password' : 'Show password');
			button.firstElementChild.textContent = show ? 'Hide' : 'Show';
			field.focus();
		});
	});
	// How hard a password is to guess, 0 to 4: what repeats, runs on or is the user's own name counts little.
	function strength(password, own) {
		var text = password.toLowerCase(), kinds = 0, length = 0;
		own.concat(['password', 'passwort', 'letmein', 'welcome', 'admin', 'qwerty', 'qwertz', 'azerty', 'iloveyou', 'wordpress', 'dragon', 'monkey']).forEach(function (word) {
			if (word.length > 2) { text = text.split(word).join('\u0000'); }
		});
		text = text.replace(/(?:19|20)\d\d/g, '\u0000');
		for (var i = 0; i < text.length; i++) {
			var step = i ? text.charCodeAt(i) - text.charCodeAt(i - 1) : 9;
			length += Math.abs(step) < 2 ? 0.25 : 1;
		}
		[/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].forEach(function (kind) { kinds += kind.test(password) ? 1 : 0; });
		var bits = Math.min(length, new Set(text).size * 2) * (2.5 + kinds);
		return bits < 20 ? 0 : bits < 36 ? 1 : bits < 50 ? 2 : bits < 70 ? 3 : 4;
	}
	var meter = document.getElementById('pass-strength-result');
	if (meter) {
		var pass = document.getElementById('pass1');
		var own = [(document.getElementById('user_login') || {}).value || '', location.hostname].join(' ').toLowerCase().split(/[^a-z0-9]+/);
		pass.addEventListener('input', function () {
			var n = strength(pass.value, own);
			meter.className = pass.value ? ['short', 'bad', 'bad', 'good', 'strong'][n] : '';
			meter.textContent = pass.value ? ['Very weak', 'Weak', 'Weak', 'Medium', 'Strong'][n] : '';
		});
	}
	var focus = body.dataset.focus && document.getElementById(body.dataset.focus);
	if (focus) { focus.focus(); }
	if (body.dataset.loggedout) {
		try {
			Object.keys(sessionStorage).forEach(function (key) {
				if (key.indexOf('wp-autosave-') !== -1) { sessionStorage.removeItem(key); }
			});
		} catch (e) { /* storage is switched off */ }
	}
})();
