// The e2e utilities load lighthouse (150 MB with what it brings) for page speed, which is not what is tested here.
module.exports = () => {
	throw new Error( 'lighthouse is not installed' );
};
