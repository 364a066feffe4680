package phpserialize

func (p *parser) array(at place, depth int) error {
	p.pos += 2
	n, err := p.count(':', false)
	if err != nil {
		return err
	}
	a := &Array{}
	p.put(at, a)
	return p.entries(a, n, false, depth)
}

func (p *parser) object(at place, depth int) error {
	start := p.pos
	class, err := p.text('O', ':')
	if err != nil {
		return err
	}
	if !className(class) {
		p.pos = start
		return p.fail("bad class name")
	}
	n, err := p.count(':', true)
	if err != nil {
		return err
	}
	o := &Object{Class: class, Props: &Array{}}
	p.put(at, o)
	return p.entries(o.Props, n, true, depth)
}

func (p *parser) custom(at place) error {
	start := p.pos
	class, err := p.text('C', ':')
	if err != nil {
		return err
	}
	if !className(class) {
		p.pos = start
		return p.fail("bad class name")
	}
	n, err := p.count(':', true)
	if err != nil {
		return err
	}
	if len(p.s)-p.pos < n+2 || p.s[p.pos] != '{' || p.s[p.pos+1+n] != '}' {
		return p.fail("{data} expected")
	}
	p.put(at, &Custom{Class: class, Data: p.s[p.pos+1 : p.pos+1+n]})
	p.pos += n + 2
	return nil
}

// className mirrors the set of bytes PHP allows in a class name.
func className(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '\\', c >= 0x7f:
		default:
			return false
		}
	}
	return s != ""
}

// entries reads {key value key value ...}.
func (p *parser) entries(a *Array, n int, props bool, depth int) error {
	if n > 0 && depth >= p.maxDepth {
		return ErrDepth
	}
	if p.pos >= len(p.s) || p.s[p.pos] != '{' {
		return p.fail("{ expected")
	}
	p.pos++
	if n > 0 {
		a.entries = make([]entry, 0, min(n, (len(p.s)-p.pos)/6+1, 1024))
	}
	for range n {
		k, err := p.key(props)
		if err != nil {
			return err
		}
		i := a.find(k)
		if i < 0 {
			i = a.add(k, nil)
		}
		if err := p.value(place{a, i}, depth+1); err != nil {
			return err
		}
	}
	if p.pos >= len(p.s) || p.s[p.pos] != '}' {
		return p.fail("} expected")
	}
	p.pos++
	return nil
}

func (p *parser) key(props bool) (Key, error) {
	if len(p.s)-p.pos < 4 || p.s[p.pos+1] != ':' {
		return Key{}, p.fail("key expected")
	}
	switch kind := p.s[p.pos]; kind {
	case 'i':
		v, err := p.scalar(kind)
		if err != nil {
			return Key{}, err
		}
		n, _ := v.(int64)
		return IntKey(n), nil
	case 's', 'S':
		s, err := p.text(kind, ';')
		if err != nil {
			return Key{}, err
		}
		if props {
			return PropKey(s), nil
		}
		return StrKey(s), nil
	}
	return Key{}, p.fail("key expected")
}
